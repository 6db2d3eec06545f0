import type { Schedule } from "./types.ts";

/**
 * How far the clock may go back and its earlier reading still be believed. Beyond it the clock had been wrong, by a dead
 * battery or a mistyped year, and what it said must not silence a hand for as long.
 */
export const LARGEST_BELIEVED_STEP_BACK_MS = 86_400_000;

/** What is known of a hand's fires. */
export interface StoredFires {
  readonly schedule: Schedule;
  /** The stored next fire; null where the schedule was thought to have ended. */
  readonly nextFireAt: number | null;
  /** The newest instant that was dealt with, run or skipped; null where there is none. */
  readonly lastFireAt: number | null;
  readonly nowMs: number;
  readonly anchorMs: number;
}

/**
 * The next fire that should be stored, now that the clock may have gone back: the stored one, unless the schedule has an
 * earlier one that is still ahead and was not dealt with. Fires up to `lastFireAt` count as dealt with, but only while it is
 * at most {@link LARGEST_BELIEVED_STEP_BACK_MS} ahead of now; beyond that the unique key on hand and instant is what keeps
 * one instant from running twice.
 *
 * Changes nothing where the clock did not go back, so it may be asked at any time.
 */
export function recomputeNextFireAt(stored: StoredFires): number | null {
  const { schedule, nextFireAt, lastFireAt, nowMs, anchorMs } = stored;
  if (nextFireAt !== null && nextFireAt <= nowMs) return nextFireAt;
  const isLastBelieved = lastFireAt !== null && lastFireAt - nowMs <= LARGEST_BELIEVED_STEP_BACK_MS;
  const expected = schedule.nextAfter(isLastBelieved ? Math.max(nowMs, lastFireAt) : nowMs, anchorMs);
  if (nextFireAt === null || expected === null) return nextFireAt ?? expected;
  return Math.min(nextFireAt, expected);
}
