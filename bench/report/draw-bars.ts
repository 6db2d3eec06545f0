import type { Spread } from "../harness/statistics.ts";

/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly spread: Spread;
  /** The median with its unit. */
  readonly text: string;
  readonly isOurs: boolean;
}

const WIDTH = 760;
const LABEL_WIDTH = 300;
const TEXT_WIDTH = 110;
const BAR_HEIGHT = 22;
const ROW_HEIGHT = 34;
const HEAD_HEIGHT = 56;
/** Where the largest is more than this many times the smallest, lengths are logarithmic, and the chart says so. */
const MOST_LINEAR = 50;

/** A chart of horizontal bars as SVG: readable on light and dark pages, and without colour. */
export function drawBars(chart: {
  readonly title: string;
  readonly note: string;
  readonly bars: readonly Bar[];
}): string {
  const medians = chart.bars.map(({ spread }) => spread.median);
  const isLogarithmic = Math.max(...medians) > MOST_LINEAR * Math.min(...medians);
  const toX = createScale(
    chart.bars.map(({ spread }) => spread),
    isLogarithmic,
  );
  const height = HEAD_HEIGHT + chart.bars.length * ROW_HEIGHT + 8;
  const note = isLogarithmic ? `${chart.note}; logarithmic lengths` : chart.note;
  const rows = chart.bars.map((bar, index) => drawBar(bar, HEAD_HEIGHT + index * ROW_HEIGHT, toX));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(chart.title)}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${WIDTH}" height="${height}" rx="6" fill="#ffffff"/>
<text x="12" y="22" font-size="14" font-weight="600" fill="#1a1d21">${escapeXml(chart.title)}</text>
<text x="12" y="42" fill="#59636e">${escapeXml(note)}</text>
${rows.join("\n")}
</svg>
`;
}

function drawBar({ label, spread, text, isOurs }: Bar, y: number, toX: (value: number) => number): string {
  const middle = y + BAR_HEIGHT / 2;
  const end = toX(spread.median);
  const most = toX(spread.most);
  return [
    `<text x="12" y="${middle + 5}" fill="#1a1d21"${isOurs ? ' font-weight="600"' : ""}>${escapeXml(shorten(label))}</text>`,
    `<rect x="${LABEL_WIDTH}" y="${y}" width="${round(end - LABEL_WIDTH)}" height="${BAR_HEIGHT}" rx="3" fill="${isOurs ? "#1f6feb" : "#afb8c1"}"/>`,
    `<path d="M${round(toX(spread.least))} ${middle}H${round(most)}" stroke="#1a1d21" stroke-width="1.5"/>`,
    `<text x="${round(Math.max(end, most) + 8)}" y="${middle + 5}" fill="#1a1d21">${escapeXml(text)}</text>`,
  ].join("\n");
}

function createScale(spreads: readonly Spread[], isLogarithmic: boolean): (value: number) => number {
  const most = Math.max(...spreads.map((spread) => spread.most), Number.MIN_VALUE);
  const room = WIDTH - LABEL_WIDTH - TEXT_WIDTH;
  if (!isLogarithmic) return (value) => LABEL_WIDTH + (room * value) / most;
  const least = Math.max(Math.min(...spreads.map((spread) => spread.least)), Number.MIN_VALUE) / 2;
  return (value) => LABEL_WIDTH + (room * Math.log(Math.max(value, least) / least)) / Math.log(most / least);
}

function shorten(label: string): string {
  return label.length > 44 ? `${label.slice(0, 43)}…` : label;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
