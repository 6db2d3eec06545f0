import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { createDeferred, describeError } from "../core/index.ts";
import type { CountedRequest, LimitedRequest, RequestCounter } from "../models/index.ts";
import type { Store } from "../store/index.ts";
import {
  admitModelRequest,
  endModelRequest,
  RENEW_MODEL_REQUESTS_EVERY_MS,
  renewModelRequests,
} from "../store/index.ts";

interface SharedRequestCounterParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nodeId: string;
}

/**
 * Counts requests to models in the store, so that a provider's limits hold over all processes that share it. What a process that died had under
 * way stops counting when its lease passes.
 */
export class SharedRequestCounter implements RequestCounter {
  readonly #parts: SharedRequestCounterParts;
  readonly #underWay = new Set<string>();
  readonly #ending = new Set<Promise<void>>();
  readonly #news = new Map<string, ReturnType<typeof createDeferred<void>>>();
  #timer: ClockTimer | undefined;
  #renewing: Promise<void> = Promise.resolve();
  #stopListening: (() => void) | undefined;
  #isStopped = false;

  constructor(parts: SharedRequestCounterParts) {
    this.#parts = parts;
  }

  count(request: LimitedRequest): CountedRequest {
    const { store, nodeId } = this.#parts;
    this.#stopListening ??= store.onChange(({ topics }) => {
      for (const topic of topics ?? []) if (topic.kind === "model_limit") this.#tell(topic.provider);
    });
    const { provider, tokens, limits } = request;
    const row = { id: store.ids.next(), provider, nodeId, tokens, limits };
    let hasEnded = false;
    return {
      ask: async () => {
        const waitMs = await store.transaction((transaction) => admitModelRequest(transaction, row));
        if (waitMs === null) this.#begin(row.id);
        return waitMs;
      },
      waitForNews: () => this.#findNews(provider).promise,
      end: () => {
        if (hasEnded) return;
        hasEnded = true;
        this.#underWay.delete(row.id);
        const ending = this.#end(row).finally(() => this.#ending.delete(ending));
        this.#ending.add(ending);
      },
    };
  }

  /** Resolves when the store has been told of every end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopListening?.();
    this.#timer?.cancel();
    await this.#renewing;
    await Promise.all(this.#ending);
  }

  async #end(row: { readonly id: string; readonly provider: string }): Promise<void> {
    const { store, logger } = this.#parts;
    try {
      await store.transaction((transaction) => endModelRequest(transaction, row));
    } catch (error) {
      // It counts until its lease passes, and no longer.
      logger.debug("could not say that a request to a model is over", { error: describeError(error) });
    }
  }

  #begin(id: string): void {
    this.#underWay.add(id);
    if (this.#timer === undefined) this.#arm();
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#timer = this.#parts.clock.setTimer(RENEW_MODEL_REQUESTS_EVERY_MS, () => {
      this.#timer = undefined;
      if (this.#underWay.size > 0) this.#renewing = this.#renew().finally(() => this.#arm());
    });
  }

  async #renew(): Promise<void> {
    const { store, logger, nodeId } = this.#parts;
    try {
      await store.transaction((transaction) => renewModelRequests(transaction, nodeId));
    } catch (error) {
      logger.debug("could not say that requests to models are under way", { error: describeError(error) });
    }
  }

  #findNews(provider: string): ReturnType<typeof createDeferred<void>> {
    const news = this.#news.get(provider) ?? createDeferred();
    this.#news.set(provider, news);
    return news;
  }

  #tell(provider: string): void {
    this.#news.get(provider)?.resolve();
    this.#news.delete(provider);
  }
}
