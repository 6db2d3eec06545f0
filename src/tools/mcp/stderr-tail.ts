import type { Logger } from "../../core/index.ts";
import { LineReader } from "./line-reader.ts";

const LONGEST_LINE_BYTES = 1000;
const KEPT_LINES = 8;
const LOGGED_LINES = 100;

/** What a server writes to stderr: the first lines of each start go to the log, the last ones into the error when it fails. */
export class StderrTail {
  readonly #reader = new LineReader(LONGEST_LINE_BYTES);
  readonly #log: (line: string) => void;
  readonly #last: string[] = [];
  #count = 0;

  constructor(
    logger: Logger,
    redact: (text: string) => string,
    fields: { readonly hand: string; readonly server: string },
  ) {
    this.#log = (line) => logger.info(`MCP server: ${redact(line)}`, fields);
  }

  add(chunk: Buffer): void {
    for (const line of this.#reader.push(chunk)) {
      const text = line.kind === "whole" ? line.text.trimEnd() : `${line.head} …`;
      if (text.trim() === "") continue;
      this.#last.push(text);
      if (this.#last.length > KEPT_LINES) this.#last.shift();
      this.#count += 1;
      if (this.#count <= LOGGED_LINES) this.#log(text);
      if (this.#count === LOGGED_LINES) this.#log("(its further lines are not logged)");
    }
  }

  /** The last lines, joined; empty where it was silent. */
  get text(): string {
    return this.#last.join("\n");
  }
}
