import type { Clock } from "../core/index.ts";
import { systemClock } from "../core/index.ts";

/** A clock that begins at a recorded instant, and is set on over waits that nobody is to wait for. */
export interface ReplayClock extends Clock {
  /** Sets the wall on to an instant; one that is over changes nothing. */
  skipTo(epochMs: number): void;
}

/** Timers run as the machine's do. */
export function createReplayClock(startsAt: number): ReplayClock {
  let offsetMs = startsAt - systemClock.monotonicMs();
  const now = () => Math.round(systemClock.monotonicMs() + offsetMs);
  return {
    now,
    monotonicMs: () => systemClock.monotonicMs(),
    setTimer: (delayMs, callback) => systemClock.setTimer(delayMs, callback),
    sleep: (delayMs, signal) => systemClock.sleep(delayMs, signal),
    skipTo(epochMs) {
      offsetMs += Math.max(0, epochMs - now());
    },
  };
}
