import { createAxis } from "./axis-ticks.ts";

interface BarLayer {
  /** The class of its fill. */
  readonly fill: string;
  readonly values: readonly number[];
}

interface BarChartProps {
  readonly title: string;
  /** Each as `2026-11-23`. */
  readonly days: readonly string[];
  /** Drawn one over the other. */
  readonly layers: readonly BarLayer[];
  readonly format: (value: number) => string;
}

const MOST_LINES = 3;
const DAYS_PER_LABEL = 7;
/** Not the first day nor the last, whose labels would stand out at the sides. */
const FIRST_LABEL = 3;
/** Of a day's room. */
const BAR_WIDTH = 0.7;

/** One bar a day. A picture only: the same numbers stand in the table behind it. */
export function BarChart({ title, days, layers, format }: BarChartProps) {
  const { top, ticks } = createAxis(Math.max(0, ...layers.flatMap(({ values }) => values)), MOST_LINES);
  const percent = (share: number) => `${share * 100}%`;
  return (
    <figure className="min-w-0 bg-surface px-3 pt-3 pb-2">
      <figcaption className="mb-2 text-small font-medium text-ink-2">{title}</figcaption>
      <div aria-hidden="true" className="relative mb-5 ml-14 h-24 text-micro text-ink-3">
        {ticks.map((tick) => (
          <span
            key={tick}
            style={{ bottom: percent(tick / top) }}
            className="absolute inset-x-0 border-t border-line"
          >
            <span className="absolute top-0 right-full -translate-y-1/2 pr-2 whitespace-nowrap">
              {tick === 0 ? "0" : format(tick)}
            </span>
          </span>
        ))}
        <svg
          viewBox={`0 0 ${days.length} ${top}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          className="absolute inset-0 h-full w-full"
        >
          {layers.map(({ fill, values }) => (
            <path
              key={fill}
              className={fill}
              d={values.map((value, day) => drawBar(day, value, top)).join("")}
            />
          ))}
        </svg>
        {days.map((day, index) =>
          index % DAYS_PER_LABEL === FIRST_LABEL ? (
            <span
              key={day}
              style={{ left: percent((index + 0.5) / days.length) }}
              className="absolute top-full -translate-x-1/2 pt-1 whitespace-nowrap"
            >
              {formatDay(day)}
            </span>
          ) : null,
        )}
      </div>
    </figure>
  );
}

function drawBar(day: number, value: number, top: number): string {
  if (value <= 0) return "";
  return `M${day + (1 - BAR_WIDTH) / 2} ${top}v${-value}h${BAR_WIDTH}v${value}z`;
}

const formatDay = (day: string) =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
