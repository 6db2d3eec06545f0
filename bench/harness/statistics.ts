import type { ComparisonResult, ContenderResult } from "./results.ts";
import type { Target } from "./types.ts";

/** The figure in the middle, and the smallest and largest. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function calculateMedian(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error("there is no median of nothing");
  const lower = sorted[middle - 1];
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}

/** The value below which so large a share (0 to 1) of the values is. */
export function calculateQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))];
  if (value === undefined) throw new Error("there is no quantile of nothing");
  return value;
}

/** Undefined where the contender did not run, or has no such figure. */
export function calculateSpread({ samples }: ContenderResult, metric: string): Spread | undefined {
  const values = samples.flatMap((sample) => sample[metric] ?? []);
  if (values.length === 0) return undefined;
  return { median: calculateMedian(values), least: Math.min(...values), most: Math.max(...values) };
}

/**
 * How many times better ours is than another: the median of the rounds' ratios, because what disturbs a machine for a while disturbs both
 * of one round. Undefined where one of them did not run.
 */
export function calculateAdvantage(
  comparison: ComparisonResult,
  metric: string,
  against: string,
): number | undefined {
  const ours = comparison.contenders.find(({ role }) => role === "ours");
  const other = comparison.contenders.find(({ id }) => id === against);
  const isLowerBetter = comparison.metrics[metric]?.better === "lower";
  const ratios = (ours?.samples ?? []).flatMap((sample, round) => {
    const own = sample[metric];
    const theirs = other?.samples[round]?.[metric];
    if (own === undefined || theirs === undefined) return [];
    return isLowerBetter ? theirs / own : own / theirs;
  });
  return ratios.length === 0 ? undefined : calculateMedian(ratios);
}

/** What a target came to. */
export interface TargetOutcome {
  readonly target: Target;
  /** The advantage, or the figure itself; undefined where nothing was measured. */
  readonly value: number | undefined;
  readonly isReached: boolean;
}

export function judgeTarget(comparison: ComparisonResult, target: Target): TargetOutcome {
  if ("against" in target) {
    const value = calculateAdvantage(comparison, target.metric, target.against);
    return { target, value, isReached: value !== undefined && value >= target.advantage };
  }
  const ours = comparison.contenders.find(({ role }) => role === "ours");
  const value = ours === undefined ? undefined : calculateSpread(ours, target.metric)?.median;
  return { target, value, isReached: value !== undefined && value <= target.atMost };
}
