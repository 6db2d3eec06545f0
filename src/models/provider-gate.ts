import type { Clock } from "../core/index.ts";
import { abortable } from "../core/index.ts";
import type { CountedRequest, ProviderLimits, RequestCounter } from "./request-counter.ts";

interface ProviderGateParts {
  readonly provider: string;
  readonly limits: ProviderLimits;
  readonly counter: RequestCounter;
  readonly clock: Clock;
}

/** Lets requests to one provider through as its limits allow: those of one process in the order they came. */
export class ProviderGate {
  readonly #parts: ProviderGateParts;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(parts: ProviderGateParts) {
    this.#parts = parts;
  }

  /** Resolves when a request of so many tokens may go, with the way to say that it is over. Rejects with the signal's reason. */
  async enter(tokens: number, signal: AbortSignal): Promise<() => void> {
    const { provider, limits, counter } = this.#parts;
    const turn = this.#lastTurn.then(async () => {
      signal.throwIfAborted();
      const request = counter.count({ provider, limits, tokens });
      try {
        await this.#waitForRoom(request, signal);
      } catch (error) {
        request.end();
        throw error;
      }
      return () => request.end();
    });
    this.#lastTurn = turn.catch(() => {});
    return await turn;
  }

  async #waitForRoom(request: CountedRequest, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const news = request.waitForNews();
      const waitMs = await request.ask();
      if (waitMs === null) return;
      await this.#wait(waitMs, news, signal);
    }
  }

  /** Until the time is over or there is news, whichever comes first. */
  async #wait(waitMs: number, news: Promise<void>, signal: AbortSignal): Promise<void> {
    const hasNews = new AbortController();
    const timedOut = this.#parts.clock.sleep(waitMs, hasNews.signal).catch(() => {});
    try {
      await abortable(Promise.race([timedOut, news]), signal);
    } finally {
      hasNews.abort();
    }
  }
}
