import type { Clock, ClockTimer, Logger, TextPiece } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { deletePartialText, putPartialTexts } from "../store/index.ts";
import type { OwnText } from "./live-text.ts";

const SHORTEST_TURN_MS = 250;

/** Writing takes at most one part in so many of the time: where the database is slow, turns are rarer. */
const REST_PER_WORK = 9;

/** Code units that one transaction writes, so that nothing else waits long for it. */
const MOST_AT_ONCE = 100_000;

/** Keeps the words of replies under way in rows, for followers in other processes: those of all executions together, a few times a second. */
export class TextRows {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #wanted = new Set<OwnText>();
  /** The last writing of each text that has a row. */
  readonly #writings = new Map<OwnText, Promise<void>>();
  #timer: ClockTimer | undefined;
  #isWriting = false;

  constructor(parts: { readonly store: Store; readonly clock: Clock; readonly logger: Logger }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  /** The text has grown. */
  note(text: OwnText): void {
    this.#wanted.add(text);
    this.#schedule(SHORTEST_TURN_MS);
  }

  /** Takes the text's row away, if it has one. */
  async remove(text: OwnText): Promise<void> {
    text.isEnding = true;
    this.#wanted.delete(text);
    if (this.#wanted.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
    const writing = this.#writings.get(text);
    if (writing === undefined) return;
    await writing;
    this.#writings.delete(text);
    await this.#store.transaction((transaction) => deletePartialText(transaction, text)).catch(this.#warn);
  }

  #schedule(delayMs: number): void {
    if (this.#isWriting) return;
    this.#timer ??= this.#clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      void this.#write();
    });
  }

  async #write(): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    const grown = [...this.#wanted];
    this.#wanted.clear();
    this.#isWriting = true;
    for (let first = 0; first < grown.length; ) {
      const some: { readonly of: OwnText; readonly words: TextPiece }[] = [];
      for (let size = 0; first < grown.length && size < MOST_AT_ONCE; first += 1) {
        const text = grown[first];
        if (text === undefined || text.isEnding) continue;
        const words = text.readTail();
        size += words.text.length;
        some.push({ of: text, words });
      }
      if (some.length === 0) continue;
      const writing = this.#store
        .transaction((transaction) => putPartialTexts(transaction, some))
        .catch(this.#warn);
      for (const { of } of some) this.#writings.set(of, writing);
      await writing;
    }
    this.#isWriting = false;
    const tookMs = this.#clock.monotonicMs() - startedMs;
    if (this.#wanted.size > 0) this.#schedule(Math.max(SHORTEST_TURN_MS, tookMs * REST_PER_WORK));
  }

  readonly #warn = (error: unknown): void => {
    this.#logger.warn("could not show the words of a reply to other processes", {
      error: describeError(error),
    });
  };
}
