import type { Clock } from "../../src/core/index.ts";
import { systemClock } from "../../src/core/index.ts";

/** A clock whose timers fire when the test says so. */
export interface ManualClock extends Clock {
  /** Moves the time on and fires what is due by then. */
  advance(byMs: number): void;
  /** Timers that wait to fire. */
  readonly timerCount: number;
}

export function createManualClock(startsAt: number): ManualClock {
  const timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>();
  let now = startsAt;
  return {
    now: () => now,
    monotonicMs: () => now,
    sleep: (delayMs, signal) => systemClock.sleep(delayMs, signal),
    setTimer(delayMs, callback) {
      const timer = { dueAt: now + delayMs, callback };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    advance(byMs) {
      now += byMs;
      for (const timer of [...timers]) {
        if (timer.dueAt > now) continue;
        timers.delete(timer);
        timer.callback();
      }
    },
    get timerCount() {
      return timers.size;
    },
  };
}
