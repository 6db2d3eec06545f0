import { formatTarget } from "../harness/format.ts";
import type { CaseResult } from "../harness/results.ts";
import { judgeTarget } from "../harness/statistics.ts";

/** Every target of every case, reached or not. */
export function renderSummary(results: readonly CaseResult[]): string {
  const rows = results.flatMap((result) =>
    result.comparisons.flatMap((comparison) =>
      comparison.targets.map((target) => {
        const outcome = judgeTarget(comparison, target);
        return `| ${result.title} | ${comparison.title} | ${formatTarget(comparison, outcome)} | ${outcome.isReached ? "✓ reached" : "✗ not reached"} |`;
      }),
    ),
  );
  return ["| case | of | to reach; measured | |", "|---|---|---|---|", ...rows].join("\n");
}
