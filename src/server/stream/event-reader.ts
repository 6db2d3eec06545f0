import type { Clock, ClockTimer } from "../../core/index.ts";
import { createDeferred, toIso } from "../../core/index.ts";
import type { LiveText } from "../../runner/index.ts";
import type { EventRecord } from "../../store/index.ts";
import type { StreamMessages } from "../api-types.ts";
import { ReaderTexts } from "./reader-texts.ts";
import type { StreamFilter, StreamMessage } from "./stream-message.ts";
import { fits } from "./stream-message.ts";

/** News that a reader has not taken yet; beyond it is told to read everything again. */
const MOST_WAITING = 500;
const EVENTS_AT_ONCE = 200;

/** News are put together for so long, so that a busy time is few messages. The first of a quiet time comes at once, and words do not wait. */
const GATHER_MS = 200;

/** Positions that a reader may lie behind before it is told to read everything again. */
const FARTHEST_BEHIND = 10_000;

/** What a reader takes events from. */
export interface EventSource {
  readonly head: number;
  readAfter(position: number, limit: number, executionId: string | null): Promise<readonly EventRecord[]>;
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

  /** What is new, as soon as something is; empty after `waitMs` without anything, and once it is closed. */
  async next(waitMs: number): Promise<readonly StreamMessage[]> {
    const waited = new AbortController();
    const until = this.#clock.sleep(waitMs, waited.signal).then(
      () => "late",
      () => "late",
    );
    try {
      for (;;) {
        this.lastAskedMs = this.#clock.monotonicMs();
        const messages = await this.#take();
        if (messages.length > 0 || this.#isClosed) return messages;
        const first = await Promise.race([this.#wake.promise, until]);
        if (first === "late") return [];
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

  async #take(): Promise<readonly StreamMessage[]> {
    const { head } = this.#source;
    if (head - this.#position > FARTHEST_BEHIND) this.#resync ??= "too_far_behind";
    if (this.#resync !== null) {
      const reason = this.#resync;
      this.#resync = null;
      this.#position = head;
      this.#changed.clear();
      this.#startTexts();
      return [{ name: "resync", data: { reason, position: head } }, ...this.#texts.take()];
    }
    const news = await this.#takeNews(head);
    return [...news, ...this.#texts.take()];
  }

  async #takeNews(head: number): Promise<readonly StreamMessage[]> {
    if (this.#position >= head && this.#changed.size === 0) return [];
    const waitMs = this.#newsNotBeforeMs - this.#clock.monotonicMs();
    if (waitMs > 0) {
      this.#newsTimer ??= this.#clock.setTimer(waitMs, () => {
        this.#newsTimer = undefined;
        this.#wake.resolve();
      });
      return [];
    }
    const events = await this.#readEvents(head);
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    // Whoever catches up is given page after page.
    if (this.#position >= head) this.#newsNotBeforeMs = this.#clock.monotonicMs() + GATHER_MS;
    return [...events, ...changed];
  }

  async #readEvents(head: number): Promise<readonly StreamMessage[]> {
    if (this.#position >= head) return [];
    const { executionId } = this.#filter;
    const events = await this.#source.readAfter(this.#position, EVENTS_AT_ONCE, executionId);
    const last = events.at(-1);
    this.#position = last !== undefined && events.length === EVENTS_AT_ONCE ? last.position : head;
    if (events.length === EVENTS_AT_ONCE) this.#wake.resolve();
    return events
      .filter((event) => event.position <= this.#position && fits(this.#filter, event))
      .map(toMessage);
  }
}

function toMessage(event: EventRecord): StreamMessage {
  return { name: "event", id: String(event.position), data: { ...event, createdAt: toIso(event.createdAt) } };
}
