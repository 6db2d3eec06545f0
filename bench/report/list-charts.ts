import { formatFigure } from "../harness/format.ts";
import type { CaseResult, ComparisonResult } from "../harness/results.ts";
import { calculateSpread } from "../harness/statistics.ts";
import type { Bar } from "./draw-bars.ts";
import { drawBars } from "./draw-bars.ts";

/** One picture of a case. */
export interface Chart {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

/** A chart of each comparison's first figure, where there is more than one to compare. */
export function listCharts(result: CaseResult): readonly Chart[] {
  return result.comparisons.flatMap((comparison) => {
    const bars = listBars(comparison);
    const metric = Object.values(comparison.metrics)[0];
    if (bars.length < 2 || metric === undefined) return [];
    const hint = metric.better === "lower" ? "less is better" : "more is better";
    const title = `${comparison.title}: ${metric.title}`;
    return [
      {
        file: `performance-${result.name}-${comparison.id}.svg`,
        title,
        svg: drawBars({ title, note: `median, thin lines from the least to the most; ${hint}`, bars }),
      },
    ];
  });
}

function listBars(comparison: ComparisonResult): readonly Bar[] {
  const [id, metric] = Object.entries(comparison.metrics)[0] ?? [];
  if (id === undefined || metric === undefined) return [];
  return comparison.contenders.flatMap((contender) => {
    const spread = calculateSpread(contender, id);
    if (spread === undefined) return [];
    const isOurs = contender.role === "ours";
    return [{ label: contender.title, spread, text: formatFigure(spread.median, metric.unit), isOurs }];
  });
}
