import type { Random } from "../core/index.ts";
import type { ModelFailure } from "./failure.ts";

const MOST_ATTEMPTS = 4;
const FIRST_DELAY_MS = 1_000;
const DELAY_FACTOR = 4;
/** A server that asks for more is not waited for here: the execution's time is better spent by whoever called. */
const LONGEST_WAIT_MS = 60_000;

/**
 * How long to wait before the server is asked again, or null where it must not be.
 * Only a request that was surely not begun is repeated: refused or never connected, or turned away with 429, 503 or 529.
 * The server's own wish is kept to; without one it is 1, 4 and 16 s, each up to a quarter longer by chance,
 * that the hands of one minute do not come back together.
 */
export function calculateRetryDelayMs(
  failure: ModelFailure,
  attempts: number,
  random: Random,
): number | null {
  if (!failure.isUnanswered || attempts >= MOST_ATTEMPTS) return null;
  if (failure.retryAfterMs !== null)
    return failure.retryAfterMs <= LONGEST_WAIT_MS ? failure.retryAfterMs : null;
  const delayMs = FIRST_DELAY_MS * DELAY_FACTOR ** (attempts - 1);
  const share = (random.bytes(1)[0] ?? 0) / 255;
  return Math.round(delayMs * (1 + share / 4));
}
