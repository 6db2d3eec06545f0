import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import type { LiveText, LiveTextSource } from "./live-text.ts";
import { OwnText } from "./live-text.ts";
import { TextRows } from "./text-rows.ts";

/** Words are put together for so long before followers are told of them. */
const TELL_EVERY_MS = 40;

/** What a run writes a reply's words to, as they come. */
export interface TextWriter {
  add(text: string): void;
  /** Takes the words away: the reply is there, or will not come. */
  stop(): Promise<void>;
}

/**
 * The words of replies under way in this process: told to followers in it at once, and kept in rows for other processes. They are no record:
 * what cannot be written is left out.
 */
export class LiveTexts implements LiveTextSource {
  readonly #clock: Clock;
  readonly #rows: TextRows;
  readonly #texts = new Set<OwnText>();
  readonly #news = new Set<OwnText>();
  readonly #listeners = new Set<(texts: readonly LiveText[]) => void>();
  #timer: ClockTimer | undefined;

  constructor(parts: { readonly store: Store; readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = parts.clock;
    this.#rows = new TextRows(parts);
  }

  list(): readonly LiveText[] {
    return [...this.#texts].filter(({ hasWords }) => hasWords);
  }

  listen(listener: (texts: readonly LiveText[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Begins a text. */
  open(about: Pick<LiveText, "executionId" | "handName" | "stepIndex">): TextWriter {
    const text = new OwnText(about);
    this.#texts.add(text);
    return {
      add: (words) => {
        text.add(words, this.#clock.now());
        if (!text.hasWords) return;
        this.#note(text);
        this.#rows.note(text);
      },
      stop: async () => {
        // The row first: who finds it while this text is here knows that it is no other process's.
        await this.#rows.remove(text);
        text.isOver = true;
        this.#texts.delete(text);
        if (text.hasWords) this.#note(text);
      },
    };
  }

  #note(text: OwnText): void {
    if (this.#listeners.size === 0) return;
    this.#news.add(text);
    this.#timer ??= this.#clock.setTimer(TELL_EVERY_MS, () => {
      this.#timer = undefined;
      const news = [...this.#news];
      this.#news.clear();
      for (const listener of this.#listeners) listener(news);
    });
  }
}
