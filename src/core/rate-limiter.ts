import type { Clock } from "./clock.ts";
import { HandsError } from "./errors.ts";

/** Keys that are remembered at once; the ones unused for longest are forgotten. */
const MOST_KEYS = 10_000;

/** Allows so many attempts in a row per key, and gives one back after each interval. */
export class RateLimiter {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #burst: number;
  readonly #refillMs: number;
  readonly #buckets = new Map<string, { readonly left: number; readonly atMs: number }>();

  constructor(
    clock: Pick<Clock, "monotonicMs">,
    { burst, refillMs }: { readonly burst: number; readonly refillMs: number },
  ) {
    this.#clock = clock;
    this.#burst = burst;
    this.#refillMs = refillMs;
  }

  /** Takes one attempt. Throws: `rate_limited` with `details.retryAfterMs` where none is left. */
  take(key: string): void {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#buckets.get(key) ?? { left: this.#burst, atMs: nowMs };
    const left = Math.min(this.#burst, known.left + (nowMs - known.atMs) / this.#refillMs);
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: left < 1 ? left : left - 1, atMs: nowMs });
    if (this.#buckets.size > MOST_KEYS) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    if (left >= 1) return;
    const retryAfterMs = Math.ceil((1 - left) * this.#refillMs);
    throw new HandsError("rate_limited", "too many attempts in too short a time", {
      hint: `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
      details: { retryAfterMs },
    });
  }
}
