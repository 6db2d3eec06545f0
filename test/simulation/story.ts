import { toIso } from "../../src/core/index.ts";

/** What went on, in words, the newest lines kept. */
export class Story {
  readonly #lines: string[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Lines told so far, those that are not kept among them. */
  lineCount = 0;

  tell(line: string): void {
    this.lineCount += 1;
    this.#lines.push(`${toIso(Math.round(this.#now()))}  ${line}`);
    if (this.#lines.length > 4000) this.#lines.splice(0, 1000);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}

/** A promise of the program that was not kept. */
export class Violation extends Error {
  /** The promise, in a few words; the same for every way in which it is broken. */
  readonly promise: string;

  constructor(promise: string, what: string) {
    super(`${promise}: ${what}`);
    this.name = "Violation";
    this.promise = promise;
  }
}
