import type { Clock, Random } from "../core/index.ts";

const FIRST_DELAY_MS = 2;
const LONGEST_DELAY_MS = 100;
/** Half of a delay is fixed, the other half drawn, so that rivals do not meet again. */
const JITTER = 0.5;

export interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Can the same thing succeed later? */
  readonly isTransient: (error: unknown) => boolean;
  /** No attempt begins after this time. */
  readonly limitMs: number;
}

/** Tries until it succeeds, fails for good, or the time is up; then rejects with the last error. Waits longer each time. */
export async function retryTransient<T>(attempt: () => T | Promise<T>, options: RetryOptions): Promise<T> {
  const startedMs = options.clock.monotonicMs();
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const elapsedMs = options.clock.monotonicMs() - startedMs;
      if (!options.isTransient(error) || elapsedMs >= options.limitMs) throw error;
    }
    const drawn = (options.random.bytes(1)[0] ?? 0) / 255;
    await options.clock.sleep(delayMs * (1 - JITTER + JITTER * drawn));
  }
}
