import { formatAdvantage, formatFigure, formatTarget } from "./format.ts";
import type { ComparisonResult } from "./results.ts";
import { calculateAdvantage, calculateSpread, judgeTarget } from "./statistics.ts";

/** A comparison as lines for a terminal. */
export function formatComparison(comparison: ComparisonResult): string {
  const lines = [comparison.title];
  for (const [id, metric] of Object.entries(comparison.metrics)) {
    for (const contender of comparison.contenders) {
      const spread = calculateSpread(contender, id);
      const advantage =
        contender.role === "ours" ? undefined : calculateAdvantage(comparison, id, contender.id);
      const figure =
        spread === undefined
          ? `not run here: ${contender.notRun ?? "it has no such figure"}`
          : `${formatFigure(spread.median, metric.unit)} (${formatFigure(spread.least, metric.unit)} to ${formatFigure(spread.most, metric.unit)})`;
      const ratio = advantage === undefined ? "" : `   ours: ${formatAdvantage(advantage)}`;
      lines.push(`  ${metric.title.padEnd(32)} ${contender.title.padEnd(44)} ${figure}${ratio}`);
    }
  }
  for (const target of comparison.targets) {
    const outcome = judgeTarget(comparison, target);
    lines.push(`  ${outcome.isReached ? "reached    " : "NOT REACHED"} ${formatTarget(comparison, outcome)}`);
  }
  return lines.join("\n");
}
