import { setTimeout as sleepFor } from "node:timers/promises";

/** A timer that can be called off. Calling it off twice, or after it fired, does nothing. */
export interface ClockTimer {
  cancel(): void;
}

/** Where time comes from. Everything outside `core` takes one as an argument. */
export interface Clock {
  /** Epoch milliseconds by the wall; may jump. */
  now(): number;
  /** Milliseconds since some start; never goes back, and may stand still while the machine sleeps. */
  monotonicMs(): number;
  /** Calls back once after the delay (milliseconds, at least 0). The timer does not keep the process alive. */
  setTimer(delayMs: number, callback: () => void): ClockTimer;
  /** Resolves after the delay; rejects with the signal's reason when it aborts first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that the platform's timers take (about 24.8 days). */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
  async sleep(delayMs, signal) {
    const delay = Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS);
    try {
      await sleepFor(delay, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/** An instant as ISO 8601 UTC with milliseconds, or null where there is none. */
export function toIso(epochMs: number): string;
export function toIso(epochMs: number | null): string | null;
export function toIso(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
