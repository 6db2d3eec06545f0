import type { Logger } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { StoreChange } from "./store.ts";

type Listener = (change: StoreChange) => void;

/** Hands news of commits to those who listen, in the order they came to listen. */
export class ChangeFeed {
  readonly #logger: Logger;
  readonly #listeners = new Set<{ readonly call: Listener }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Returns the way to stop listening. The same function may listen twice. */
  listen(listener: Listener): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** A listener that throws is logged and keeps nobody else from hearing. */
  emit(change: StoreChange): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener.call(change);
      } catch (error) {
        this.#logger.error("A listener to changes of the store threw.", { error: describeError(error) });
      }
    }
  }
}
