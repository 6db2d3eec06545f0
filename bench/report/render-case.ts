import { formatAdvantage, formatFigure, formatTarget } from "../harness/format.ts";
import type { CaseResult, ComparisonResult, ContenderResult } from "../harness/results.ts";
import { calculateAdvantage, calculateSpread, judgeTarget } from "../harness/statistics.ts";
import { listCharts } from "./list-charts.ts";

/** The part of the page that is made of one case: its machine, a table of each comparison, charts, and what was to be reached. */
export function renderCase(result: CaseResult): string {
  const { machine } = result;
  const share = result.scale === 1 ? "" : `, at ${result.scale * 100} % of the full counts`;
  const lines = [
    `Taken on ${result.takenAt.slice(0, 10)} at commit ${machine.commit}: ${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}, load average before it ${machine.loadAverage}${share}.`,
  ];
  for (const comparison of result.comparisons) lines.push("", ...renderComparison(comparison));
  for (const { file, title } of listCharts(result)) lines.push("", `![${title}](images/${file})`);
  return lines.join("\n");
}

function renderComparison(comparison: ComparisonResult): string[] {
  const ran = comparison.contenders.filter(({ samples }) => samples.length > 0);
  const lines = [
    `**${comparison.title}**`,
    "",
    "| | who | median | from – to | ours is |",
    "|---|---|---|---|---|",
    ...Object.keys(comparison.metrics).flatMap((metric) =>
      ran.map((contender) => renderRow(comparison, metric, contender)),
    ),
  ];
  const absent = comparison.contenders.filter(({ notRun }) => notRun !== undefined);
  if (absent.length > 0) {
    lines.push("", `Not run here: ${absent.map(({ title, notRun }) => `${title} (${notRun})`).join("; ")}.`);
  }
  lines.push(...renderTargets(comparison));
  return lines;
}

function renderRow(comparison: ComparisonResult, id: string, contender: ContenderResult): string {
  const metric = comparison.metrics[id];
  const spread = calculateSpread(contender, id);
  if (metric === undefined || spread === undefined)
    return `| ${metric?.title ?? id} | ${contender.title} | – | – | |`;
  const advantage = contender.role === "ours" ? undefined : calculateAdvantage(comparison, id, contender.id);
  const figures = [spread.median, spread.least, spread.most].map((value) => formatFigure(value, metric.unit));
  const [median, least, most] = figures;
  const who = contender.role === "ours" ? `**${contender.title}**` : contender.title;
  return `| ${metric.title} | ${who} | ${median} | ${least} – ${most} | ${advantage === undefined ? "" : formatAdvantage(advantage)} |`;
}

function renderTargets(comparison: ComparisonResult): string[] {
  if (comparison.targets.length === 0) return [];
  const outcomes = comparison.targets.map((target) => judgeTarget(comparison, target));
  const lines = outcomes.map(
    (outcome) =>
      `- ${outcome.isReached ? "✓ reached" : "✗ not reached"}: ${formatTarget(comparison, outcome)}`,
  );
  const isAllReached = outcomes.every(({ isReached }) => isReached);
  const limit =
    isAllReached || comparison.limit === undefined ? [] : [`- What limits it: ${comparison.limit}.`];
  return ["", ...lines, ...limit];
}
