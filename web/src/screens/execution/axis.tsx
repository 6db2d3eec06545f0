import { formatClock, formatDuration } from "../../format/instants.ts";
import type { Span, TimeScale } from "./time-scale.ts";

interface AxisProps {
  readonly scale: TimeScale;
  readonly range: Span;
}

/** The head of the time scale: where it begins and ends, and what is folded. */
export function Axis({ scale, range }: AxisProps) {
  const foldedMs = scale.folds.reduce((sum, fold) => sum + fold.endMs - fold.startMs, 0);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] border-b border-line bg-sunken text-micro text-ink-3 lg:grid-cols-[minmax(0,1fr)_34%_8.5rem]">
      <p className="truncate px-4 py-1.5">
        {scale.folds.length === 0
          ? "Bars are to scale."
          : `${formatDuration(foldedMs)} in which nothing ran ${scale.folds.length === 1 ? "is" : "are"} folded.`}
      </p>
      <div className="relative h-7 max-lg:hidden" aria-hidden="true">
        <span className="absolute top-1.5 left-0">{formatClock(range.startMs)}</span>
        <span className="absolute top-1.5 right-0">{formatClock(range.endMs)}</span>
        {scale.folds
          .filter((fold) => fold.from > 0.12 && fold.to < 0.86)
          .slice(0, 3)
          .map((fold) => (
            <span
              key={fold.startMs}
              style={{ left: `${((fold.from + fold.to) / 2) * 100}%` }}
              className="absolute top-1.5 -translate-x-1/2 bg-sunken px-1 whitespace-nowrap"
            >
              {formatDuration(fold.endMs - fold.startMs)}
            </span>
          ))}
      </div>
      <p className="px-4 py-1.5 text-right max-lg:hidden">took</p>
    </div>
  );
}
