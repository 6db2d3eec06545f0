/** Pauses that double from one second to a bound, and begin anew after a success. */
export interface BackOff {
  /** The next pause; at least what the platform asked for. */
  next(askedMs?: number): number;
  reset(): void;
}

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

export function createBackOff(): BackOff {
  let pauseMs = FIRST_MS;
  return {
    next(askedMs = 0) {
      const now = Math.max(pauseMs, askedMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_MS);
      return now;
    },
    reset() {
      pauseMs = FIRST_MS;
    },
  };
}
