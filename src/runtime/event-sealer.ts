import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { sealEvents } from "../store/index.ts";

/** Followers are to see an event within this time of its commit. */
const SEAL_EVERY_MS = 250;
/** How long after a failed attempt the next one follows. */
const SEAL_AGAIN_MS = 1000;

/** Gives committed events their places, soon after they were written and never while nothing happens. */
export class EventSealer {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #timer: ClockTimer | undefined;
  #isWanted = false;
  #isStopped = false;
  #work: Promise<void> = Promise.resolve();
  #stopListening: (() => void) | undefined;

  constructor(parts: { readonly store: Store; readonly clock: Clock; readonly logger: Logger }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  start(): void {
    // Its own sealing leads to one more look, which finds nothing and tells of nothing.
    this.#stopListening = this.#store.onChange(() => this.#arm());
    this.#arm();
  }

  /** Seals what is left, then stops. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopListening?.();
    this.#timer?.cancel();
    await this.#work;
    await this.#seal();
  }

  #arm(delayMs = SEAL_EVERY_MS): void {
    // What commits while it seals may come too late for it.
    this.#isWanted = this.#timer !== undefined;
    this.#timer ??= this.#clock.setTimer(delayMs, () => {
      this.#isWanted = false;
      this.#work = this.#seal().then((hasSealed) => {
        this.#timer = undefined;
        if (this.#isStopped) return;
        // The next event may be hours away.
        if (!hasSealed) this.#arm(SEAL_AGAIN_MS);
        else if (this.#isWanted) this.#arm();
      });
    });
  }

  async #seal(): Promise<boolean> {
    try {
      await sealEvents(this.#store);
      return true;
    } catch (error) {
      this.#logger.warn("could not seal events; trying again", { error: describeError(error) });
      return false;
    }
  }
}
