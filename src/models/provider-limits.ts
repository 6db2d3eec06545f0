import type { Clock } from "../core/index.ts";
import { abortable, createDeferred } from "../core/index.ts";

/** How much a provider may be asked from one process. Null is no limit. */
export interface ProviderLimits {
  /** Requests under way at once. */
  readonly maxConcurrent: number | null;
  readonly requestsPerMinute: number | null;
  /** Tokens that are sent and, at most, answered. */
  readonly tokensPerMinute: number | null;
}

const MINUTE_MS = 60_000;

/** Lets requests to one provider through as its limits allow, the first come first. Counts the last 60 seconds. */
export class ProviderGate {
  readonly #limits: ProviderLimits;
  readonly #clock: Clock;
  readonly #sent: { readonly at: number; readonly tokens: number }[] = [];
  #underWay = 0;
  #ended = createDeferred();
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(limits: ProviderLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Resolves when a request of so many tokens may go, with the way to say that it is over. Rejects with the signal's reason. */
  async enter(tokens: number, signal: AbortSignal): Promise<() => void> {
    const turn = this.#lastTurn.then(() => this.#waitForRoom(tokens, signal));
    this.#lastTurn = turn.catch(() => {});
    await turn;
    return () => {
      this.#underWay -= 1;
      this.#ended.resolve();
      this.#ended = createDeferred();
    };
  }

  async #waitForRoom(tokens: number, signal: AbortSignal): Promise<void> {
    const { maxConcurrent } = this.#limits;
    for (;;) {
      signal.throwIfAborted();
      if (maxConcurrent !== null && this.#underWay >= maxConcurrent) {
        await abortable(this.#ended.promise, signal);
        continue;
      }
      const waitMs = this.#findWaitMs(tokens);
      if (waitMs === 0) break;
      await this.#clock.sleep(waitMs, signal);
    }
    this.#underWay += 1;
    this.#sent.push({ at: this.#clock.monotonicMs(), tokens });
  }

  /** Milliseconds until the oldest request that is in the way is a minute old. One that is larger than the limit goes alone. */
  #findWaitMs(tokens: number): number {
    const nowMs = this.#clock.monotonicMs();
    while (this.#sent[0] !== undefined && this.#sent[0].at <= nowMs - MINUTE_MS) this.#sent.shift();
    const [oldest] = this.#sent;
    if (oldest === undefined) return 0;
    const { requestsPerMinute, tokensPerMinute } = this.#limits;
    const sum = this.#sent.reduce((total, request) => total + request.tokens, tokens);
    const isFull =
      (requestsPerMinute !== null && this.#sent.length >= requestsPerMinute) ||
      (tokensPerMinute !== null && sum > tokensPerMinute);
    return isFull ? Math.max(1, oldest.at + MINUTE_MS - nowMs) : 0;
  }
}
