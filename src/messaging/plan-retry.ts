import { HandsError } from "../core/index.ts";
import type { SendingTable } from "../store/index.ts";
import { LONGEST_ASKED_DELAY_MS, SENDING_DELAYS_MS } from "../store/index.ts";

/** What comes of an attempt that failed: another one, at an instant, or none. */
export type RetryPlan =
  | { readonly status: "retrying"; readonly nextAttemptAt: number }
  | { readonly status: "failed"; readonly nextAttemptAt: null };

/**
 * Plans what follows a failed attempt: nothing where the error says that trying again cannot help or the delays are used up; else the next
 * delay, and no less than the receiver asked for, up to an hour.
 */
export function planRetry(
  failure: { readonly attempts: number; readonly error: unknown; readonly nowMs: number },
  table: SendingTable,
): RetryPlan {
  const details = failure.error instanceof HandsError ? failure.error.details : {};
  const delay = SENDING_DELAYS_MS[table][failure.attempts - 1];
  if (details["retryable"] === false || delay === undefined) return { status: "failed", nextAttemptAt: null };
  const askedMs = typeof details["retryAfterMs"] === "number" ? details["retryAfterMs"] : 0;
  const waitMs = Math.max(delay, Math.min(askedMs, LONGEST_ASKED_DELAY_MS));
  return { status: "retrying", nextAttemptAt: failure.nowMs + waitMs };
}
