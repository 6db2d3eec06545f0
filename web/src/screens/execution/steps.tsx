import { useWindowVirtualizer } from "@tanstack/react-virtual";
import type { KeyboardEvent } from "react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ExecutionDetail, Step } from "../../api/types.ts";
import { formatPlural } from "../../format/numbers.ts";
import { navigate, useAddress, withSearch } from "../../navigation/location.ts";
import { Button } from "../../parts/button.tsx";
import { useNow } from "../../parts/clock.ts";
import { Empty } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { Axis } from "./axis.tsx";
import { modelText } from "./model-text.ts";
import { PartialTexts } from "./partial-text.tsx";
import type { Openness } from "./step-row.tsx";
import { StepRow } from "./step-row.tsx";
import { readRange, readStepTimes } from "./step-times.ts";
import { createTimeScale } from "./time-scale.ts";
import { useSteps } from "./use-steps.ts";

const ROW_HEIGHT = 45;
/** With more steps a model's words stay folded at first. */
const MOST_OPEN = 200;
const emptyText = "";

/**
 * Waterfall and transcript as one list: each step is a row with its words, its bar on the common time scale, and its numbers. Only the
 * rows in sight are in the page. The selected step is in the address.
 */
export function Steps({ execution }: { readonly execution: ExecutionDetail }) {
  const { steps, isWhole } = useSteps(execution);
  const isOver = execution.status === "ended";
  const nowMs = useNow(isOver ? 3_600_000 : 1000);
  const { search } = useAddress();
  const selectedIndex = readIndex(search.get("step"));
  // A model's words are read like a transcript; the rest opens when it is asked for.
  const [showsWords, setShowsWords] = useState(execution.stepCount <= MOST_OPEN);
  const [opened, setOpened] = useState<ReadonlyMap<number, boolean>>(
    () => new Map(selectedIndex === null ? [] : [[selectedIndex, true]]),
  );
  const opennessOf = (step: Step): Openness => {
    const isOpen = opened.get(step.index);
    if (isOpen !== undefined) return isOpen ? "open" : "closed";
    return showsWords && hasWords(step) ? "words" : "closed";
  };
  const approvals = useMemo(
    () => new Map(execution.approvals.map((approval) => [approval.id, approval])),
    [execution.approvals],
  );
  const timeOfSteps = isOver && execution.completedAt !== null ? Date.parse(execution.completedAt) : nowMs;
  const { scale, range, times } = useMemo(() => {
    const each = steps.map((step) =>
      readStepTimes(step, approvals.get(step.approvalId ?? emptyText), timeOfSteps),
    );
    const whole = readRange(execution, steps, timeOfSteps);
    const running = each.flatMap((time) => (time.running === null ? [] : [time.running]));
    return { times: each, range: whole, scale: createTimeScale(running, whole) };
  }, [steps, approvals, execution, timeOfSteps]);

  const list = useRef<HTMLOListElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const top = list.current === null ? 0 : list.current.getBoundingClientRect().top + window.scrollY;
    setOffset((before) => (Math.abs(before - top) < 1 ? before : top));
  });
  const virtualizer = useWindowVirtualizer({
    count: steps.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollMargin: offset,
    getItemKey: (position) => steps[position]?.index ?? position,
  });

  // A link to a step goes to it, once its place is known.
  const [hasGoneTo, setHasGoneTo] = useState<number | null>(null);
  useEffect(() => {
    if (selectedIndex === null || hasGoneTo === selectedIndex || offset === 0) return;
    const position = steps.findIndex((step) => step.index === selectedIndex);
    if (position < 0) return;
    setHasGoneTo(selectedIndex);
    const row = list.current?.querySelector(`[data-index="${position}"]`)?.getBoundingClientRect();
    const isInSight = row !== undefined && row.top >= 0 && row.bottom <= window.innerHeight - 64;
    if (!isInSight) virtualizer.scrollToIndex(position, { align: "center" });
  }, [selectedIndex, hasGoneTo, offset, steps, virtualizer]);

  // The same in every drawing, or each row would be drawn anew with each frame of scrolling.
  const select = useCallback((step: Step, opens: boolean) => {
    setHasGoneTo(step.index);
    navigate(withSearch({ step: String(step.index) }), { replace: true });
    setOpened((before) => new Map(before).set(step.index, opens));
  }, []);
  const moveTo = (event: KeyboardEvent<HTMLElement>) => {
    const by =
      event.key === "ArrowDown" || event.key === "j"
        ? 1
        : event.key === "ArrowUp" || event.key === "k"
          ? -1
          : 0;
    const here = event.target instanceof HTMLElement ? event.target.dataset["step"] : undefined;
    if (by === 0 || here === undefined) return;
    const position = steps.findIndex((step) => step.index === Number(here));
    const next = steps[position + by];
    if (next === undefined) return;
    event.preventDefault();
    virtualizer.scrollToIndex(position + by, { align: "auto" });
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-step="${next.index}"]`)?.focus({ preventScroll: true }),
    );
  };

  return (
    <Panel
      title="Steps"
      aside={
        <>
          {steps.some(hasWords) ? (
            <Button
              look="bare"
              aria-pressed={showsWords}
              className="min-h-8 px-2 text-small"
              onClick={() => {
                setShowsWords(!showsWords);
                setOpened(new Map());
              }}
            >
              {showsWords ? "Fold the words" : "Show the words"}
            </Button>
          ) : null}
          <span className="text-small text-ink-3">
            {isWhole
              ? formatPlural(steps.length, "step")
              : `${steps.length} of ${execution.stepCount} steps read`}
          </span>
        </>
      }
    >
      {steps.length === 0 ? (
        <Empty
          title={execution.status === "ended" ? "It made no step." : "No step yet."}
          {...(execution.status === "ended" ? {} : { next: "Steps show here as they happen." })}
        />
      ) : (
        <Axis scale={scale} range={range} />
      )}
      <ol
        ref={list}
        onKeyDown={moveTo}
        aria-label="Steps, in order"
        style={{ height: virtualizer.getTotalSize() }}
        className="relative"
      >
        {virtualizer.getVirtualItems().map((item) => {
          const step = steps[item.index];
          const time = times[item.index];
          if (step === undefined || time === undefined) return null;
          return (
            <li
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              aria-setsize={steps.length}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)` }}
              className="absolute inset-x-0 top-0"
            >
              <StepRow
                executionId={execution.id}
                step={step}
                times={time}
                scale={scale}
                approval={approvals.get(step.approvalId ?? emptyText)}
                isSelected={step.index === selectedIndex}
                openness={opennessOf(step)}
                onSelect={select}
              />
            </li>
          );
        })}
      </ol>
      {isOver ? null : <PartialTexts executionId={execution.id} />}
    </Panel>
  );
}

const hasWords = (step: Step) => step.kind === "model" && modelText(step.result) !== "";

function readIndex(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
