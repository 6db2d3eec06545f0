import type { ComparisonResult } from "./results.ts";
import type { TargetOutcome } from "./statistics.ts";
import type { Metric } from "./types.ts";

/** A figure with three digits that matter, and its unit. */
export function formatFigure(value: number, unit: Metric["unit"]): string {
  const separator = unit === "/s" ? "" : " ";
  return `${formatNumber(value)}${separator}${unit}`;
}

export function formatNumber(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, Math.min(3, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: digits });
}

/** How many times better or worse ours is, in words. */
export function formatAdvantage(advantage: number): string {
  return advantage >= 1 ? `${formatNumber(advantage)}× better` : `${formatNumber(1 / advantage)}× worse`;
}

/** What was to be reached and what was, in words. */
export function formatTarget(comparison: ComparisonResult, { target, value }: TargetOutcome): string {
  const metric = comparison.metrics[target.metric];
  if (metric === undefined) throw new Error(`${comparison.id} has no metric ${target.metric}`);
  if ("atMost" in target) {
    const found = value === undefined ? "not measured" : formatFigure(value, metric.unit);
    return `${metric.title}: at most ${formatFigure(target.atMost, metric.unit)}; ${found}`;
  }
  const other = comparison.contenders.find(({ id }) => id === target.against)?.title ?? target.against;
  const wanted =
    target.advantage >= 1
      ? `at least ${formatNumber(target.advantage)}× better than ${other}`
      : `at most ${formatNumber(1 / target.advantage)}× worse than ${other}`;
  return `${metric.title}: ${wanted}; ${value === undefined ? "not measured" : formatAdvantage(value)}`;
}
