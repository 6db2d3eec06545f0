import type { TextPiece } from "../core/index.ts";
import { GrowingText } from "../core/index.ts";

/** Of a longer reply followers are shown the end. */
const MOST_SHOWN = 50_000;

/** The words of one reply under way, without secrets already. Each reply is an object of its own, even where it is of the same step. */
export interface LiveText {
  readonly executionId: string;
  readonly handName: string;
  readonly stepIndex: number;
  /** When words came last, epoch milliseconds. */
  readonly updatedAt: number;
  /** Is the reply there, or will it never be? */
  readonly isOver: boolean;
  /** The words from a place on, or from the first place that is still at hand. */
  readFrom(place: number): TextPiece;
}

/** The words of the replies that are under way in this process, for followers in it: no database lies between. */
export interface LiveTextSource {
  /** All that are under way. */
  list(): readonly LiveText[];
  /** Tells of texts that grew or are over, put together for a few hundredths of a second. Returns the way to stop listening. */
  listen(listener: (texts: readonly LiveText[]) => void): () => void;
}

/** A text as the process that runs the execution knows it. */
export class OwnText implements LiveText {
  readonly executionId: string;
  readonly handName: string;
  readonly stepIndex: number;
  readonly #words = new GrowingText(MOST_SHOWN);
  updatedAt = 0;
  isOver = false;
  /** Nothing is to be written of it any more. */
  isEnding = false;
  /** A text of blanks is not shown. */
  hasWords = false;

  constructor(about: Pick<LiveText, "executionId" | "handName" | "stepIndex">) {
    this.executionId = about.executionId;
    this.handName = about.handName;
    this.stepIndex = about.stepIndex;
  }

  add(text: string, now: number): void {
    this.#words.add(text);
    this.updatedAt = now;
    this.hasWords ||= text.trim() !== "";
  }

  readFrom(place: number): TextPiece {
    return this.#words.readFrom(place);
  }

  readTail(): TextPiece {
    return this.#words.readTail();
  }
}
