import { memo } from "react";
import type { Approval, Step } from "../../api/types.ts";
import { summariseArguments } from "../../arguments/summarise.ts";
import { formatDuration } from "../../format/instants.ts";
import { formatCost, formatShort } from "../../format/numbers.ts";
import { effectSigns, stepSigns } from "../../format/states.ts";
import type { IconName } from "../../parts/icons.tsx";
import { Icon } from "../../parts/icons.tsx";
import { MarkdownView } from "../../parts/output-view.tsx";
import { SeenText } from "../../parts/seen-text.tsx";
import { SignText } from "../../parts/sign.tsx";
import { Lane } from "./lane.tsx";
import { modelText } from "./model-text.ts";
import { StepDetail } from "./step-detail.tsx";
import type { StepTimes } from "./step-times.ts";
import type { TimeScale } from "./time-scale.ts";

const kindIcons: Readonly<Record<Step["kind"], IconName>> = {
  model: "model",
  tool: "tool",
  wait: "clock",
  delivery: "send",
};

/** Closed: a line. Words: with what the model said. Open: everything. */
export type Openness = "closed" | "words" | "open";

interface StepRowProps {
  readonly executionId: string;
  readonly step: Step;
  readonly times: StepTimes;
  readonly scale: TimeScale;
  readonly approval: Approval | undefined;
  readonly isSelected: boolean;
  readonly openness: Openness;
  readonly onSelect: (step: Step, isOpen: boolean) => void;
}

/** One step: a line with its bar; opened, everything about it. */
export const StepRow = memo(function StepRow(props: StepRowProps) {
  const { executionId, step, times, scale, approval, isSelected, openness, onSelect } = props;
  const isOpen = openness === "open";
  const sign = stepSigns[step.status];
  const tookMs = times.running === null ? null : times.running.endMs - times.running.startMs;
  return (
    <div
      className={`border-b border-l-2 border-b-line ${isSelected ? "border-l-accent bg-accent-soft" : "border-l-transparent"}`}
    >
      <button
        type="button"
        data-step={step.index}
        aria-expanded={isOpen}
        aria-current={isSelected ? "step" : undefined}
        onClick={() => onSelect(step, !isOpen)}
        className={`grid w-full grid-cols-[minmax(0,1fr)_auto] items-center text-left focus-visible:-outline-offset-2 lg:h-11 lg:grid-cols-[minmax(0,1fr)_34%_8.5rem] ${isSelected ? "" : "hover:bg-sunken"}`}
      >
        <span className="flex min-w-0 items-center gap-x-2.5 px-3.5 max-lg:flex-wrap max-lg:pt-2">
          <Icon
            name={kindIcons[step.kind]}
            className={step.kind === "model" ? "text-accent" : "text-ink-3"}
          />
          <span className="shrink-0 font-mono text-small font-medium">
            <SeenText text={step.name} />
          </span>
          {step.effect === "destructive" ? (
            <SignText sign={effectSigns.destructive} className="text-small max-sm:hidden" />
          ) : null}
          <span
            className={`min-w-0 truncate text-small max-lg:order-last max-lg:basis-full ${isSelected ? "text-ink" : "text-ink-2"}`}
          >
            {openness === "closed" ? <SeenText text={summarise(step)} /> : null}
          </span>
          <span className="ml-auto pl-2">
            {step.status === "done" ? (
              <span className="sr-only">done</span>
            ) : (
              <SignText sign={sign} className="text-small" />
            )}
          </span>
        </span>
        <span className="max-lg:order-last max-lg:col-span-2 max-lg:px-4 max-lg:py-1.5">
          <Lane step={step} times={times} scale={scale} />
        </span>
        <span className="pr-4 pl-2 text-right text-small whitespace-nowrap text-ink-2 max-lg:self-start max-lg:pt-2">
          {tookMs === null ? "" : formatDuration(tookMs)}
          {step.usage.outputTokens > 0 ? (
            <span className={`block text-micro ${isSelected ? "text-ink-2" : "text-ink-3"}`}>
              {formatShort(step.usage.inputTokens + step.usage.outputTokens)} tok
              {step.usage.costUsd === null ? "" : ` · ${formatCost(step.usage.costUsd)}`}
            </span>
          ) : null}
        </span>
      </button>
      {openness === "words" ? (
        <div className="px-4 pb-3 lg:pr-6 lg:pl-10">
          <MarkdownView text={modelText(step.result)} />
        </div>
      ) : null}
      {isOpen ? <StepDetail executionId={executionId} step={step} approval={approval} /> : null}
    </div>
  );
});

/** A step in a line: a model's words, a tool's arguments, what went wrong. */
function summarise(step: Step): string {
  if (step.error !== null) return step.error.message;
  if (step.kind === "model") {
    const text = modelText(step.result);
    if (text !== "") return text.slice(0, 200);
  }
  const source = step.kind === "tool" ? step.args : (step.result ?? step.args);
  return summariseArguments(source);
}
