import { HandsError } from "../core/index.ts";

/** What comes of an attempt that failed: another one, at an instant, or none. */
export type RetryPlan =
  | { readonly status: "retrying"; readonly nextAttemptAt: number }
  | { readonly status: "failed"; readonly nextAttemptAt: null };

/**
 * Plans what follows a failed attempt: nothing where the error says that trying again cannot help or the delays are used up; else the next
 * delay, and no less than the receiver asked for.
 */
export function planRetry(
  failure: { readonly attempts: number; readonly error: unknown; readonly nowMs: number },
  delaysMs: readonly number[],
): RetryPlan {
  const details = failure.error instanceof HandsError ? failure.error.details : {};
  const delay = delaysMs[failure.attempts - 1];
  if (details["retryable"] === false || delay === undefined) return { status: "failed", nextAttemptAt: null };
  const askedMs = typeof details["retryAfterMs"] === "number" ? details["retryAfterMs"] : 0;
  return { status: "retrying", nextAttemptAt: failure.nowMs + Math.max(delay, askedMs) };
}
