import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { sealEvents } from "../store/index.ts";

/** Followers are to see an event within this time of its commit. */
const SEAL_EVERY_MS = 250;

/** Gives committed events their places, soon after they were written and never while nothing happens. */
export class EventSealer {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #timer: ClockTimer | undefined;
  #work: Promise<void> = Promise.resolve();
  #stopListening: (() => void) | undefined;

  constructor(parts: { readonly store: Store; readonly clock: Clock; readonly logger: Logger }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  start(): void {
    this.#stopListening = this.#store.onChange((change) => {
      // Its own sealing tells of events alone, and must not lead to another.
      if (change.topics?.every((topic) => topic.kind === "events")) return;
      this.#arm();
    });
    this.#arm();
  }

  /** Seals what is left, then stops. */
  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#timer?.cancel();
    await this.#work;
    await this.#seal();
  }

  #arm(): void {
    this.#timer ??= this.#clock.setTimer(SEAL_EVERY_MS, () => {
      this.#work = this.#seal().finally(() => {
        this.#timer = undefined;
      });
    });
  }

  async #seal(): Promise<void> {
    try {
      await sealEvents(this.#store);
    } catch (error) {
      this.#logger.warn("could not seal events; trying again with the next", { error: describeError(error) });
    }
  }
}
