import type { FireSource } from "./fire-source.ts";

/**
 * Fires every so many milliseconds of elapsed time: at anchor + n × interval, n counting from 1. Where the schedule has a
 * start, that is the anchor and the first fire. A restart moves neither.
 */
export function createIntervalFires(intervalMs: number, startMs: number | null): FireSource {
  const firstMultiple = startMs === null ? 1 : 0;

  /** The number of the first fire at or after an instant. */
  function multipleFrom(instantMs: number, baseMs: number): number {
    return Math.max(firstMultiple, Math.ceil((instantMs - baseMs) / intervalMs));
  }

  return {
    nextAfter(afterMs, anchorMs) {
      const baseMs = startMs ?? anchorMs;
      return baseMs + multipleFrom(Math.floor(afterMs) + 1, baseMs) * intervalMs;
    },
    countBetween(fromMs, untilMs, anchorMs) {
      const baseMs = startMs ?? anchorMs;
      return Math.max(0, multipleFrom(untilMs, baseMs) - multipleFrom(fromMs, baseMs));
    },
  };
}

/** Fires once. */
export function createSingleFire(fireMs: number): FireSource {
  return {
    nextAfter: (afterMs) => (fireMs > afterMs ? fireMs : null),
    countBetween: (fromMs, untilMs) => (fromMs <= fireMs && fireMs < untilMs ? 1 : 0),
  };
}
