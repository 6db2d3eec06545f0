import { AsyncLocalStorage } from "node:async_hooks";
import type { ScriptLogLevel } from "../types.ts";

/** To whom a piece of hand code belongs that is running: a run of the script, one of its steps, or a call of a tool. */
export interface CodeScope {
  /** Inside the function of a step no further call can be made, and drawn values are not journaled. */
  readonly stepName: string | null;
  /** Takes what the code prints. */
  log(level: ScriptLogLevel, message: string): void;
  /** Takes a rejection that the code let go unhandled. */
  fail(error: unknown): void;
}

/** The scope of whatever code is running, through every await and callback of it. */
export type CodeScopes = AsyncLocalStorage<CodeScope>;

/** One for each worker. */
export function createCodeScopes(): CodeScopes {
  return new AsyncLocalStorage<CodeScope>();
}
