import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/core/index.ts";

/** A clock that stands still until a test moves it. Timers follow the monotonic clock, as the platform's do. */
export interface FakeClock extends Clock {
  /** Moves both clocks on, firing each timer at its own instant and letting what it started come to rest. */
  advance(durationMs: number): Promise<void>;
  /** Sets the wall clock forward or back, as somebody who corrects it. */
  jumpWall(byMs: number): void;
  /** Lets monotonic time pass with no timer fired and the wall as it was. */
  jumpMonotonic(byMs: number): void;
  /** As when the machine slept: the wall moves, the monotonic clock and its timers stand still. */
  sleepMachine(durationMs: number): void;
  /** As when the process was stopped and continued: both clocks move, and timers fire only at the next `advance`. */
  freezeProcess(durationMs: number): void;
  /** Timers that have not fired. */
  readonly timerCount: number;
}

/** Turns of the event loop within which an in-process database has finished whatever a timer started. */
const TURNS_TO_REST = 30;

export function createFakeClock(startsAt = Date.UTC(2026, 0, 5, 12)): FakeClock {
  const timers = new Set<{ readonly dueAt: number; readonly callback: () => void }>();
  let wallMs = startsAt;
  let monotonicMs = 1000;

  const setTimer: Clock["setTimer"] = (delayMs, callback) => {
    const timer = { dueAt: monotonicMs + Math.max(0, delayMs), callback };
    timers.add(timer);
    return { cancel: () => void timers.delete(timer) };
  };
  const move = (byMs: number) => {
    wallMs += byMs;
    monotonicMs += byMs;
  };

  return {
    now: () => wallMs,
    monotonicMs: () => monotonicMs,
    setTimer,
    sleep(delayMs, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = setTimer(delayMs, resolve);
        signal?.addEventListener("abort", () => {
          timer.cancel();
          reject(signal.reason);
        });
      });
    },
    async advance(durationMs) {
      const end = monotonicMs + durationMs;
      await rest();
      for (;;) {
        const next = [...timers].sort((left, right) => left.dueAt - right.dueAt)[0];
        if (next === undefined || next.dueAt > end) break;
        timers.delete(next);
        move(Math.max(0, next.dueAt - monotonicMs));
        next.callback();
        await rest();
      }
      move(end - monotonicMs);
      await rest();
    },
    jumpWall(byMs) {
      wallMs += byMs;
    },
    jumpMonotonic(byMs) {
      monotonicMs += byMs;
    },
    sleepMachine(durationMs) {
      wallMs += durationMs;
    },
    freezeProcess: move,
    get timerCount() {
      return timers.size;
    },
  };
}

async function rest(): Promise<void> {
  for (let count = 0; count < TURNS_TO_REST; count += 1) await turn();
}
