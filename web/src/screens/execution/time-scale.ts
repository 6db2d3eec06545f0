/** A stretch of time, in epoch milliseconds. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A stretch in which nothing ran, drawn at a fixed width. Places are parts of the whole width, 0 to 1. */
export interface Fold extends Span {
  readonly from: number;
  readonly to: number;
}

/** Where each instant of an execution is drawn. */
export interface TimeScale {
  /** 0 to 1. */
  place(atMs: number): number;
  readonly folds: readonly Fold[];
  /** How much time is drawn to scale. */
  readonly activeMs: number;
}

/** A gap is folded if it is longer than this part of the time in which something ran. */
const FOLD_SHARE = 0.12;
const SHORTEST_FOLD_MS = 1_000;
/** Folds take this part of the width each, and this part of it together at most. */
const FOLD_WIDTH = 0.035;
const ALL_FOLDS_WIDTH = 0.35;

/**
 * A scale on which long gaps between spans are folded to a fixed width, so that an execution that waited for a day for a human shows its
 * seconds of work.
 */
export function createTimeScale(spans: readonly Span[], range: Span): TimeScale {
  const merged = mergeSpans(spans, range);
  const activeMs = merged.reduce((sum, span) => sum + span.endMs - span.startMs, 0);
  const shortestFoldMs = Math.max(SHORTEST_FOLD_MS, activeMs * FOLD_SHARE);
  const gaps = findGaps(merged, range).filter((gap) => gap.endMs - gap.startMs > shortestFoldMs);
  const foldWidth = gaps.length === 0 ? 0 : Math.min(FOLD_WIDTH, ALL_FOLDS_WIDTH / gaps.length);
  const gapsMs = gaps.reduce((sum, gap) => sum + gap.endMs - gap.startMs, 0);
  const drawnMs = Math.max(1, range.endMs - range.startMs - gapsMs);
  const perMs = (1 - foldWidth * gaps.length) / drawnMs;

  const folds: Fold[] = [];
  let width = 0;
  let atMs = range.startMs;
  for (const gap of gaps) {
    width += (gap.startMs - atMs) * perMs;
    folds.push({ ...gap, from: width, to: width + foldWidth });
    width += foldWidth;
    atMs = gap.endMs;
  }
  return { place: (instantMs) => placeAmong(folds, range, perMs, instantMs), folds, activeMs: drawnMs };
}

function placeAmong(folds: readonly Fold[], range: Span, perMs: number, atMs: number): number {
  const bounded = Math.min(Math.max(atMs, range.startMs), range.endMs);
  let low = 0;
  let high = folds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((folds[middle]?.startMs ?? 0) <= bounded) low = middle + 1;
    else high = middle;
  }
  const before = folds[low - 1];
  if (before === undefined) return (bounded - range.startMs) * perMs;
  if (bounded >= before.endMs) return before.to + (bounded - before.endMs) * perMs;
  const share = (bounded - before.startMs) / (before.endMs - before.startMs);
  return before.from + share * (before.to - before.from);
}

function mergeSpans(spans: readonly Span[], range: Span): readonly Span[] {
  const inOrder = spans
    .map(({ startMs, endMs }) => ({
      startMs: Math.max(startMs, range.startMs),
      endMs: Math.min(Math.max(endMs, startMs), range.endMs),
    }))
    .filter((span) => span.endMs >= span.startMs)
    .toSorted((a, b) => a.startMs - b.startMs);
  const merged: Span[] = [];
  for (const span of inOrder) {
    const last = merged.at(-1);
    if (last !== undefined && span.startMs <= last.endMs) {
      merged[merged.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, span.endMs) };
    } else merged.push(span);
  }
  return merged;
}

function findGaps(merged: readonly Span[], range: Span): readonly Span[] {
  const gaps: Span[] = [];
  let atMs = range.startMs;
  for (const span of merged) {
    if (span.startMs > atMs) gaps.push({ startMs: atMs, endMs: span.startMs });
    atMs = Math.max(atMs, span.endMs);
  }
  if (range.endMs > atMs) gaps.push({ startMs: atMs, endMs: range.endMs });
  return gaps;
}
