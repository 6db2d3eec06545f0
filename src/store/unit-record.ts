import type { Logger } from "../core/index.ts";
import { describeError, HandsError } from "../core/index.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { StoreTopic } from "./store.ts";

/** What one attempt at a unit of work gathers until its commit, and whether it may still be used. */
export class UnitRecord {
  readonly #topics = new Map<string, StoreTopic>();
  readonly #callbacks: (() => void)[] = [];
  #isOpen = true;
  #failure: { readonly error: unknown } | null = null;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The first query that failed, which dooms the unit; null while there is none. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure;
  }

  /** Each once, in the order they were first told. */
  get topics(): readonly StoreTopic[] {
    return [...this.#topics.values()];
  }

  onCommit(callback: () => void): void {
    this.assertUsable();
    this.#callbacks.push(callback);
  }

  notify(topic: StoreTopic): void {
    this.assertUsable();
    this.#topics.set(JSON.stringify(topic), topic);
  }

  /** Throws: `internal` once the unit is over, so a query that nobody awaited cannot land in another unit; else the first failure. */
  assertUsable(): void {
    if (!this.#isOpen) {
      throw new HandsError("internal", "A transaction was used after its end.", {
        hint: "Await every query of the transaction before its work returns.",
      });
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  close(): void {
    this.#isOpen = false;
  }

  /** To be called after the commit returned: the callbacks, then the topics. */
  announce(feed: ChangeFeed, logger: Logger): void {
    for (const callback of this.#callbacks) {
      try {
        callback();
      } catch (error) {
        logger.error("A callback after a commit threw.", { error: describeError(error) });
      }
    }
    const { topics } = this;
    if (topics.length > 0) feed.emit({ origin: "local", topics });
  }
}
