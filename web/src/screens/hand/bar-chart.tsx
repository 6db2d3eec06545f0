import { useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";

interface BarLayer {
  /** A token of the theme. */
  readonly colour: string;
  readonly values: readonly number[];
}

interface BarChartProps {
  readonly title: string;
  /** Epoch seconds. */
  readonly at: readonly number[];
  /** Drawn one over the other. */
  readonly layers: readonly BarLayer[];
  readonly format: (value: number) => string;
}

const HEIGHT = 132;
const DAY_S = 86_400;

/** One bar a day. A picture only: the same numbers stand in the table behind it. */
export function BarChart({ title, at, layers, format }: BarChartProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let plot: UPlot | undefined;
    const draw = () => {
      plot?.destroy();
      plot = drawBars(element, { at, layers, format });
    };
    draw();
    const observer = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    const theme = window.matchMedia("(prefers-color-scheme: dark)");
    theme.addEventListener("change", draw);
    return () => {
      observer.disconnect();
      theme.removeEventListener("change", draw);
      plot?.destroy();
    };
  }, [at, layers, format]);
  return (
    <figure className="min-w-0 bg-surface px-3 pt-3 pb-1">
      <figcaption className="text-small font-medium text-ink-2">{title}</figcaption>
      <div ref={box} aria-hidden="true" className="h-[132px]" />
    </figure>
  );
}

type BarData = Pick<BarChartProps, "at" | "layers" | "format">;

function drawBars(element: HTMLDivElement, { at, layers, format }: BarData): UPlot {
  const colour = createColourReader(element);
  const text = colour("--ink-3");
  const line = colour("--line");
  const hasValues = layers.some((layer) => layer.values.some((value) => value > 0));
  const bars = UPlot.paths.bars?.({ size: [0.7, 14] });
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  return new UPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { range: [(at[0] ?? 0) - DAY_S, (at.at(-1) ?? 0) + DAY_S] },
        y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] },
      },
      series: [
        {},
        ...layers.map((layer) => ({
          fill: colour(layer.colour),
          stroke: colour(layer.colour),
          width: 0,
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars }),
        })),
      ],
      axes: [
        { stroke: text, font, grid: { show: false }, ticks: { show: false }, size: 22, values: dayLabels },
        {
          stroke: text,
          font,
          size: 58,
          space: 36,
          grid: { stroke: line, width: 1 },
          ticks: { show: false },
          values: (_plot, splits) =>
            splits.map((value) => (value === 0 ? "0" : hasValues ? format(value) : "")),
        },
      ],
    },
    [[...at], ...layers.map((layer) => [...layer.values])],
    element,
  );
}

const dayLabels = (_plot: UPlot, splits: readonly number[]) =>
  splits.map((seconds) =>
    new Date(seconds * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }),
  );

/** A canvas knows no custom properties: the browser says what each token is in the present theme. */
function createColourReader(element: HTMLElement): (token: string) => string {
  return (token) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${token})`;
    element.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };
}
