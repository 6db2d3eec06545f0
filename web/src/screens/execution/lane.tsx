import type { Step } from "../../api/types.ts";
import { formatAbsolute, formatDuration } from "../../format/instants.ts";
import type { StepTimes } from "./step-times.ts";
import type { Span, TimeScale } from "./time-scale.ts";

const fills: Readonly<Record<Step["kind"], string>> = {
  model: "bg-accent",
  tool: "bg-ink-3",
  wait: "bg-wait",
  delivery: "bg-ok",
};

interface LaneProps {
  readonly step: Step;
  readonly times: StepTimes;
  readonly scale: TimeScale;
}

/** A step's place in time: hollow while it waited, filled while it ran. Folds are hatched. */
export function Lane({ step, times, scale }: LaneProps) {
  const isUnderWay = step.status === "executing" && step.completedAt === null;
  const isBad = step.status === "failed" || step.status === "unknown" || step.status === "denied";
  return (
    <span className="relative block h-2.5 lg:h-11" aria-hidden="true" data-tip={describe(times)}>
      <span className="absolute inset-x-0 top-1/2 h-px bg-line" />
      {scale.folds.map((fold) => (
        <span
          key={fold.startMs}
          style={{ left: `${fold.from * 100}%`, width: `${(fold.to - fold.from) * 100}%` }}
          className="absolute inset-y-0 border-x border-dashed border-line bg-sunken"
        />
      ))}
      {times.waiting === null ? null : (
        <Bar
          span={times.waiting}
          scale={scale}
          className="h-1.5 rounded-full border border-wait bg-wait-soft"
        />
      )}
      {times.running === null ? null : (
        <Bar
          span={times.running}
          scale={scale}
          className={`h-2.5 rounded-sm ${isBad ? "bg-bad" : fills[step.kind]} ${isUnderWay ? "live-bar" : ""}`}
        />
      )}
    </span>
  );
}

interface BarProps {
  readonly span: Span;
  readonly scale: TimeScale;
  readonly className: string;
}

function Bar({ span, scale, className }: BarProps) {
  const from = scale.place(span.startMs);
  const width = scale.place(span.endMs) - from;
  return (
    <span
      style={{ left: `${from * 100}%`, width: `max(3px, ${width * 100}%)` }}
      className={`absolute top-1/2 max-w-full -translate-y-1/2 ${className}`}
    />
  );
}

function describe({ waiting, running }: StepTimes): string {
  return [
    waiting === null ? "" : `waited ${formatDuration(waiting.endMs - waiting.startMs)}`,
    running === null ? "" : `ran ${formatDuration(running.endMs - running.startMs)}`,
    formatAbsolute(running?.startMs ?? waiting?.startMs ?? 0),
  ]
    .filter(Boolean)
    .join("\n");
}
