import type { Clock, ClockTimer, Logger } from "../../core/index.ts";
import { describeError } from "../../core/index.ts";
import type { LiveText, LiveTextSource } from "../../runner/index.ts";
import type { Store, StoreChange, StoreTopic } from "../../store/index.ts";
import { readEvents, readLastPosition } from "../../store/index.ts";
import { EventReader } from "./event-reader.ts";
import { ForeignTexts } from "./foreign-texts.ts";
import type { EncodedEvent, StreamFilter, StreamMessage } from "./stream-message.ts";
import { encodeEvent } from "./stream-message.ts";

/** Newest events that are kept at hand for all readers together. */
const MOST_RECENT = 1_000;

/** A reader that asked for nothing in this time does not read any more. */
const STALLED_MS = 60_000;
const SWEEP_EVERY_MS = 15_000;

/** Follows the store once, for all who follow the stream. */
export class EventFeed {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #readers = new Map<EventReader, () => void>();
  #recent: readonly EncodedEvent[] = [];
  #head = 0;
  #loading: Promise<void> = Promise.resolve();
  #isLoadWanted = false;
  readonly #texts: LiveTextSource;
  readonly #foreignTexts: ForeignTexts;
  #sweepTimer: ClockTimer | undefined;
  #stopListening: (() => void) | undefined;
  #stopHearingTexts: (() => void) | undefined;

  constructor(parts: {
    readonly store: Store;
    /** The words of what runs in this process. */
    readonly texts: LiveTextSource;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#texts = parts.texts;
    this.#foreignTexts = new ForeignTexts({
      ...parts,
      own: parts.texts,
      tell: (texts) => this.#tellTexts(texts),
    });
  }

  /** Begins to follow. Any number of calls. */
  async start(): Promise<void> {
    if (this.#stopListening !== undefined) return;
    this.#stopListening = this.#store.onChange((change) => this.#hear(change));
    this.#stopHearingTexts = this.#texts.listen((texts) => this.#tellTexts(texts));
    this.#head = await readLastPosition(this.#store);
    this.#sweep();
  }

  /** Ends every reader, after telling it. */
  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#stopHearingTexts?.();
    this.#sweepTimer?.cancel();
    for (const close of [...this.#readers.values()]) close();
    await Promise.all([this.#loading, this.#foreignTexts.stop()]);
  }

  get readerCount(): number {
    return this.#readers.size;
  }

  /** The position of the newest event. */
  get head(): number {
    return this.#head;
  }

  /** The replies under way, as far as this process knows of them. */
  listTexts(): readonly LiveText[] {
    return [...this.#texts.list(), ...this.#foreignTexts.list()];
  }

  /** A reader from a position on (null: from now on); `onEnd` is called when the feed ends it. */
  open(filter: StreamFilter, after: number | null, onEnd: () => void): EventReader {
    const reader = new EventReader({ source: this, clock: this.#clock, filter, after });
    this.#readers.set(reader, onEnd);
    this.#foreignTexts.look(null);
    return reader;
  }

  release(reader: EventReader): void {
    this.#readers.delete(reader);
    reader.close();
    if (this.#readers.size === 0) this.#foreignTexts.forget();
  }

  /** Events after a position, from memory where they are still there. */
  async readAfter(
    position: number,
    limit: number,
    executionId: string | null,
  ): Promise<readonly EncodedEvent[]> {
    const first = this.#recent[0];
    if (first !== undefined && position >= first.position - 1) {
      const start = this.#recent.findIndex((event) => event.position > position);
      const newer = start === -1 ? [] : this.#recent.slice(start);
      const wanted =
        executionId === null ? newer : newer.filter((event) => event.executionId === executionId);
      return wanted.slice(0, limit);
    }
    const events = await readEvents(this.#store, {
      afterPosition: position,
      limit,
      ...(executionId === null ? {} : { executionId }),
    });
    return events.map(encodeEvent);
  }

  #hear(change: StoreChange): void {
    if (change.topics === null || change.origin === "foreign") this.#load();
    if (change.topics === null) {
      this.#tell("all", { kind: "all", executionId: null, handName: null, approvalId: null });
      if (this.#readers.size > 0) this.#foreignTexts.look(null);
      return;
    }
    for (const topic of change.topics) this.#hearTopic(topic, change.origin === "foreign");
  }

  #hearTopic(topic: StoreTopic, isForeign: boolean): void {
    const nothing = { executionId: null, handName: null, approvalId: null };
    switch (topic.kind) {
      case "events":
        this.#load();
        return;
      case "text":
        if (isForeign && this.#readers.size > 0) this.#foreignTexts.look(topic.executionId);
        return;
      case "cancel":
      case "model_limit":
        return;
      case "execution": {
        const { executionId, handName } = topic;
        this.#tell(`execution ${executionId}`, { ...nothing, kind: "execution", executionId, handName });
        return;
      }
      case "approval": {
        const { approvalId, executionId } = topic;
        this.#tell(`approval ${approvalId}`, { ...nothing, kind: "approval", executionId, approvalId });
        return;
      }
      case "delivery": {
        const { executionId } = topic;
        this.#tell(`delivery ${executionId}`, { ...nothing, kind: "delivery", executionId });
        return;
      }
      case "hand":
        this.#tell(`hand ${topic.handName}`, { ...nothing, kind: "hand", handName: topic.handName });
    }
  }

  #tell(subject: string, data: Extract<StreamMessage, { name: "changed" }>["data"]): void {
    for (const reader of this.#readers.keys()) reader.note(subject, { name: "changed", data }, data);
  }

  /** Reads what was sealed since, one read after the other. */
  #load(): void {
    if (this.#isLoadWanted) return;
    this.#isLoadWanted = true;
    this.#loading = this.#loading.then(async () => {
      this.#isLoadWanted = false;
      try {
        await this.#loadNew();
      } catch (error) {
        this.#logger.warn("could not read new events", { error: describeError(error) });
      }
    });
  }

  async #loadNew(): Promise<void> {
    for (;;) {
      const events = await readEvents(this.#store, { afterPosition: this.#head, limit: MOST_RECENT });
      const last = events.at(-1);
      if (last === undefined) return;
      this.#recent = [...this.#recent, ...events.map(encodeEvent)].slice(-MOST_RECENT);
      this.#head = last.position;
      for (const reader of this.#readers.keys()) reader.noteEvents();
      if (events.length < MOST_RECENT) return;
    }
  }

  #tellTexts(texts: readonly LiveText[]): void {
    for (const reader of this.#readers.keys()) for (const text of texts) reader.noteText(text);
  }

  #sweep(): void {
    const oldest = this.#clock.monotonicMs() - STALLED_MS;
    for (const [reader, close] of [...this.#readers]) if (reader.lastAskedMs < oldest) close();
    this.#sweepTimer = this.#clock.setTimer(SWEEP_EVERY_MS, () => this.#sweep());
  }
}
