/** A part of a text, and where it begins: in UTF-16 code units from the text's beginning. */
export interface TextPiece {
  readonly offset: number;
  readonly text: string;
}

/** A text that grows at its end, and of which only the newer part is kept. */
export class GrowingText {
  readonly #mostKept: number;
  #offset: number;
  #text: string;

  /** At least `mostKept` code units from the end are kept, and less than twice as many. */
  constructor(mostKept: number, start: TextPiece = { offset: 0, text: "" }) {
    this.#mostKept = mostKept;
    this.#offset = start.offset;
    this.#text = start.text;
  }

  /** Where the next piece begins. */
  get end(): number {
    return this.#offset + this.#text.length;
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length < 2 * this.#mostKept) return;
    this.#offset = this.end - this.#mostKept;
    this.#text = this.#text.slice(-this.#mostKept);
  }

  /** Everything from a place on, or from the first place that is still kept. No character is cut in two: one of which half is there waits for the other. */
  readFrom(place: number): TextPiece {
    let from = Math.max(0, place - this.#offset);
    let to = this.#text.length;
    if (isSecondHalf(this.#text.charCodeAt(from))) from += 1;
    if (isFirstHalf(this.#text.charCodeAt(to - 1))) to -= 1;
    return { offset: this.#offset + from, text: this.#text.slice(from, to) };
  }

  /** The newest part, of at most `mostKept` code units. */
  readTail(): TextPiece {
    return this.readFrom(this.end - this.#mostKept);
  }
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isSecondHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
