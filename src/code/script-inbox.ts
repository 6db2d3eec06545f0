import type { Deferred } from "../core/index.ts";
import { createDeferred } from "../core/index.ts";
import type { ScriptMessage } from "./types.ts";

/** What a run has said and nobody has read yet. */
export class ScriptInbox {
  readonly #messages: ScriptMessage[] = [];
  #reader: Deferred<ScriptMessage> | null = null;
  #last: ScriptMessage | null = null;

  /** Has the run said its last word? */
  get isClosed(): boolean {
    return this.#last !== null;
  }

  /** Nothing is taken in after `returned`, `threw` or `lost`. */
  put(message: ScriptMessage): void {
    if (this.isClosed) return;
    if (message.type === "returned" || message.type === "threw" || message.type === "lost")
      this.#last = message;
    if (this.#reader === null) {
      this.#messages.push(message);
    } else {
      this.#reader.resolve(message);
      this.#reader = null;
    }
  }

  /** Leaves out what was not read. */
  clear(): void {
    this.#messages.length = 0;
  }

  async next(): Promise<ScriptMessage> {
    const message = this.#messages.shift() ?? this.#last;
    if (message !== null) return message;
    this.#reader ??= createDeferred<ScriptMessage>();
    return await this.#reader.promise;
  }
}
