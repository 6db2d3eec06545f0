import type { ErrorCode, JsonObject, JsonValue } from "../core/index.ts";
import type { Effect } from "../store/index.ts";
import type { CallableTool } from "../tools/index.ts";

/** One journaled call that a script issued. Indexes count from 0 over all calls and values of a run, in order of issue. */
export type ScriptCall =
  | { readonly kind: "tool"; readonly name: string; readonly args: JsonValue }
  | { readonly kind: "ask"; readonly prompt: string; readonly options: { readonly system?: string; readonly format?: "text" | "json" } }
  | { readonly kind: "approve"; readonly action: string; readonly description: string; readonly args: JsonObject }
  | { readonly kind: "sleep"; readonly durationMs: number }
  | { readonly kind: "step"; readonly name: string; readonly effect: Effect };

/** What a script was handed for a call. */
export type ScriptOutcome =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly error: { readonly code: ErrorCode; readonly message: string; readonly details?: JsonObject } };

/** What comes out of a running script, in order. */
export type ScriptMessage =
  | { readonly type: "call"; readonly index: number; readonly call: ScriptCall }
  /** A clock reading, random number or id that the script drew by itself; to be journaled before the next call's effect. */
  | { readonly type: "value"; readonly index: number; readonly name: "now" | "random" | "uuid"; readonly value: JsonValue }
  /** The script has come to rest: it issued all it could after this many deliveries, and waits for results. */
  | { readonly type: "quiet"; readonly deliveries: number }
  | { readonly type: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly message: string; readonly fields: JsonObject }
  | { readonly type: "returned"; readonly value: JsonValue }
  | { readonly type: "threw"; readonly error: { readonly code: ErrorCode; readonly message: string; readonly stack: string | null; readonly details?: JsonObject } }
  /** The worker died or was terminated. */
  | { readonly type: "lost"; readonly message: string };

/** What a script is told when it starts. */
export interface ScriptStart {
  readonly handName: string;
  readonly executionId: string;
  readonly trigger: string;
  readonly scheduledFor: string | null;
  readonly parameters: JsonObject;
  readonly input: JsonValue;
  /** Values of earlier runs of the same execution, by index. */
  readonly journaledValues: readonly { readonly index: number; readonly name: "now" | "random" | "uuid"; readonly value: JsonValue }[];
}

/** One run of a script. */
export interface ScriptRun {
  /** The next message; resolves in order, one reader at a time. */
  next(): Promise<ScriptMessage>;
  /** Hands over the outcome of a call. The caller waits for `quiet` before it delivers the next. */
  deliver(index: number, outcome: ScriptOutcome): void;
  /** Runs the function of a `step` call in the worker and gives what it returned or threw. */
  runStep(index: number, signal: AbortSignal): Promise<JsonValue>;
  /** Forgets the run: nothing of it is answered any more. */
  drop(): void;
}

/** The code of one version of a hand, in its worker thread. */
export interface HandCode {
  readonly hasScript: boolean;
  /** The hand's own tools; their code runs in the worker. */
  readonly tools: readonly CallableTool[];
  startScript(start: ScriptStart): ScriptRun;
}

/** Where hands' code runs: one warm worker thread per hand and version. */
export interface HandCodeHost {
  /**
   * The code of a version, loaded once and kept while it is used. An idle worker ends after a while and comes back when needed.
   *
   * Throws: `script_failed` with file, line and the code's own message when it cannot be loaded.
   */
  load(version: { readonly handName: string; readonly hash: string; readonly dir: string; readonly scriptPath: string | null; readonly toolPaths: readonly string[] }): Promise<HandCode>;
  /** Ends every worker. */
  stop(): Promise<void>;
}
