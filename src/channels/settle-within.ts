import type { Clock } from "../core/index.ts";

/** What the promise comes to, or null once the time is up; the promise itself goes on. */
export async function settleWithin<T>(promise: Promise<T>, limitMs: number, clock: Clock): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = clock.setTimer(limitMs, () => late.resolve(null));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    timer.cancel();
  }
}
