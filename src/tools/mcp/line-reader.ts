/** One line of a stream; of one that is too long only its ends are kept. */
export type Line =
  | { readonly kind: "whole"; readonly text: string }
  | { readonly kind: "cut"; readonly byteLength: number; readonly head: string; readonly tail: string };

const KEPT_BYTES = 256;
const NEW_LINE = 0x0a;

/** Splits a stream into lines. A line longer than the bound costs no more memory than the bound, however long it is. */
export class LineReader {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #byteLength = 0;
  /** Set once the line under way is too long. */
  #head: Buffer | undefined;
  #tail: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that this chunk completes, in order. */
  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEW_LINE); end !== -1; end = chunk.indexOf(NEW_LINE, start)) {
      this.#add(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
    return lines;
  }

  #add(part: Buffer): void {
    if (part.length === 0) return;
    this.#byteLength += part.length;
    if (this.#head === undefined && this.#byteLength <= this.#maxBytes) {
      this.#chunks.push(part);
      return;
    }
    if (this.#head === undefined) {
      const whole = Buffer.concat([...this.#chunks, part]);
      this.#head = Buffer.from(whole.subarray(0, KEPT_BYTES));
      this.#tail = Buffer.from(whole.subarray(-KEPT_BYTES));
      this.#chunks = [];
      return;
    }
    this.#tail = Buffer.concat([this.#tail, part.subarray(-KEPT_BYTES)]).subarray(-KEPT_BYTES);
  }

  #take(): Line {
    const byteLength = this.#byteLength;
    const line: Line =
      this.#head === undefined
        ? { kind: "whole", text: Buffer.concat(this.#chunks).toString("utf8") }
        : {
            kind: "cut",
            byteLength,
            head: this.#head.toString("utf8"),
            tail: this.#tail.toString("utf8"),
          };
    this.#chunks = [];
    this.#byteLength = 0;
    this.#head = undefined;
    this.#tail = Buffer.alloc(0);
    return line;
  }
}
