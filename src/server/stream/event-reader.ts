import type { Clock, ClockTimer } from "../../core/index.ts";
import { createDeferred } from "../../core/index.ts";
import type { LiveText } from "../../runner/index.ts";
import type { StreamMessages } from "../api-types.ts";
import { ReaderTexts } from "./reader-texts.ts";
import type { EncodedEvent, StreamFilter, StreamMessage } from "./stream-message.ts";
import { encodeMessage, fits } from "./stream-message.ts";

/** News that a reader has not taken yet; beyond it is told to read everything again. */
const MOST_WAITING = 500;
const EVENTS_AT_ONCE = 200;

/** Of events that a reader is given at once: what it has not read is kept for it, and hundreds may not read. One event is given however long it is. */
const CHARACTERS_AT_ONCE = 65_536;

/** News are put together for so long, so that a busy time is few messages. The first of a quiet time comes at once, and words do not wait. */
const GATHER_MS = 200;

/** Positions that a reader may lie behind before it is told to read everything again. */
const FARTHEST_BEHIND = 10_000;

/** What a reader takes events from. */
export interface EventSource {
  readonly head: number;
  readAfter(position: number, limit: number, executionId: string | null): Promise<readonly EncodedEvent[]>;
  listTexts(): readonly LiveText[];
}

/**
 * One follower of the stream. It holds a place and the newest news of each subject, never a queue of events, so that what a slow one costs
 * has a bound.
 */
export class EventReader {
  readonly #source: EventSource;
  readonly #clock: Clock;
  readonly #filter: StreamFilter;
  readonly #changed = new Map<string, StreamMessage>();
  #position: number;
  #resync: StreamMessages["resync"]["reason"] | null;
  readonly #texts = new ReaderTexts();
  #wake = createDeferred();
  #newsNotBeforeMs = Number.NEGATIVE_INFINITY;
  #newsTimer: ClockTimer | undefined;
  #isClosed = false;
  /** By the monotonic clock: when it last asked for more. */
  lastAskedMs: number;

  constructor(parts: {
    readonly source: EventSource;
    readonly clock: Clock;
    readonly filter: StreamFilter;
    /** Null: from now on. */
    readonly after: number | null;
  }) {
    this.#source = parts.source;
    this.#clock = parts.clock;
    this.#filter = parts.filter;
    this.lastAskedMs = parts.clock.monotonicMs();
    const { head } = parts.source;
    this.#resync = parts.after !== null && parts.after > head ? "unknown_position" : null;
    this.#position = parts.after === null ? head : Math.min(parts.after, head);
    this.#startTexts();
  }

  /** There are new events. */
  noteEvents(): void {
    this.#wake.resolve();
  }

  /** Keeps the newest message of a subject until it is taken. */
  note(
    subject: string,
    message: StreamMessage,
    about: { readonly handName: string | null; readonly executionId: string | null },
  ): void {
    if (!fits(this.#filter, about)) return;
    this.#changed.set(subject, message);
    this.#noteWaiting();
  }

  /** A text has grown, or is over. */
  noteText(text: LiveText): void {
    if (!fits(this.#filter, text)) return;
    this.#texts.note(text);
    this.#noteWaiting();
  }

  /** What is new as server-sent events, as soon as something is; empty after `waitMs` without anything, and once it is closed. */
  async next(waitMs: number): Promise<string> {
    const waited = new AbortController();
    const until = this.#clock.sleep(waitMs, waited.signal).then(
      () => "late",
      () => "late",
    );
    try {
      for (;;) {
        this.lastAskedMs = this.#clock.monotonicMs();
        const text = await this.#take();
        if (text !== "" || this.#isClosed) return text;
        const first = await Promise.race([this.#wake.promise, until]);
        if (first === "late") return "";
        this.#wake = createDeferred();
      }
    } finally {
      waited.abort();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#newsTimer?.cancel();
    this.#wake.resolve();
  }

  #noteWaiting(): void {
    if (this.#changed.size + this.#texts.size > MOST_WAITING) {
      this.#changed.clear();
      this.#startTexts();
      this.#resync = "slow_reader";
    }
    this.#wake.resolve();
  }

  /** The words so far of each reply under way. */
  #startTexts(): void {
    this.#texts.start(this.#source.listTexts().filter((text) => fits(this.#filter, text)));
  }

  async #take(): Promise<string> {
    const { head } = this.#source;
    if (head - this.#position > FARTHEST_BEHIND) this.#resync ??= "too_far_behind";
    if (this.#resync !== null) {
      const reason = this.#resync;
      this.#resync = null;
      this.#position = head;
      this.#changed.clear();
      this.#startTexts();
      return encode([{ name: "resync", data: { reason, position: head } }, ...this.#texts.take()]);
    }
    const news = await this.#takeNews(head);
    return news + encode(this.#texts.take());
  }

  async #takeNews(head: number): Promise<string> {
    if (this.#position >= head && this.#changed.size === 0) return "";
    const waitMs = this.#newsNotBeforeMs - this.#clock.monotonicMs();
    if (waitMs > 0) {
      this.#newsTimer ??= this.#clock.setTimer(waitMs, () => {
        this.#newsTimer = undefined;
        this.#wake.resolve();
      });
      return "";
    }
    const events = await this.#readEvents(head);
    const changed = encode([...this.#changed.values()]);
    this.#changed.clear();
    // Whoever catches up is given page after page.
    if (this.#position >= head) this.#newsNotBeforeMs = this.#clock.monotonicMs() + GATHER_MS;
    return events + changed;
  }

  async #readEvents(head: number): Promise<string> {
    if (this.#position >= head) return "";
    const { executionId } = this.#filter;
    const events = await this.#source.readAfter(this.#position, EVENTS_AT_ONCE, executionId);
    let text = "";
    let isLastPage = events.length < EVENTS_AT_ONCE;
    for (const event of events) {
      if (event.position > head) {
        isLastPage = true;
        break;
      }
      if (fits(this.#filter, event)) {
        if (text !== "" && text.length + event.text.length > CHARACTERS_AT_ONCE) {
          this.#wake.resolve();
          return text;
        }
        text += event.text;
      }
      this.#position = event.position;
    }
    if (isLastPage) this.#position = head;
    else this.#wake.resolve();
    return text;
  }
}

function encode(messages: readonly StreamMessage[]): string {
  return messages.map(encodeMessage).join("");
}
