import type { LiveText } from "../../runner/index.ts";
import type { StreamMessage } from "./stream-message.ts";

/** What one reader was told of the replies under way: a place in each, never the words that wait. */
export class ReaderTexts {
  #told = new WeakMap<LiveText, number>();
  readonly #news = new Set<LiveText>();

  get size(): number {
    return this.#news.size;
  }

  note(text: LiveText): void {
    this.#news.add(text);
  }

  /** Tells of these texts from their beginning, and of nothing that waited. */
  start(texts: readonly LiveText[]): void {
    this.#told = new WeakMap();
    this.#news.clear();
    for (const text of texts) this.#news.add(text);
  }

  /** What came since of each text with news. */
  take(): readonly StreamMessage[] {
    const messages = [...this.#news].flatMap((live): readonly StreamMessage[] => {
      const { executionId, handName, stepIndex, isOver } = live;
      const { offset, text } = live.readFrom(this.#told.get(live) ?? 0);
      if (text === "" && !isOver) return [];
      this.#told.set(live, offset + text.length);
      return [{ name: "text", data: { executionId, handName, stepIndex, offset, text, isOver } }];
    });
    this.#news.clear();
    return messages;
  }
}
