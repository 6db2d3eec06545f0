import type { ErrorCode, JsonObject, JsonValue } from "../core/index.ts";
import type { Effect } from "../store/index.ts";
import type { CallableTool } from "../tools/index.ts";

/** One journaled call that a script issued. Indexes count from 0 over all calls and values of a run, in order of issue. */
export type ScriptCall =
  | { readonly kind: "tool"; readonly name: string; readonly args: JsonValue }
  | {
      readonly kind: "ask";
      readonly prompt: string;
      readonly options: { readonly system?: string; readonly format?: "text" | "json" };
    }
  | {
      readonly kind: "approve";
      readonly action: string;
      readonly description: string;
      readonly args: JsonObject;
    }
  | { readonly kind: "sleep"; readonly durationMs: number }
  | { readonly kind: "step"; readonly name: string; readonly effect: Effect };

/** What a script was handed for a call. */
export type ScriptOutcome =
  | { readonly ok: true; readonly value: JsonValue }
  | {
      readonly ok: false;
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly details?: JsonObject;
      };
    };

/** What a script may draw by itself, at once: a clock reading (epoch milliseconds), a number in [0, 1), a UUID. */
export type ScriptValueName = "now" | "random" | "uuid";

/** A value that was drawn, and is drawn again at the same index when the script runs again. */
export interface ScriptValue {
  readonly index: number;
  readonly name: ScriptValueName;
  readonly value: JsonValue;
}

/** How much a log line matters. */
export type ScriptLogLevel = "debug" | "info" | "warn" | "error";

/** What comes out of a running script, in order. */
export type ScriptMessage =
  | { readonly type: "call"; readonly index: number; readonly call: ScriptCall }
  /** A value that the script drew and no journal knew; to be journaled before the next call's effect. */
  | ({ readonly type: "value" } & ScriptValue)
  /**
   * The script has come to rest: it issued all it could after this many deliveries, and waits for results. Every `call`
   * and `value` is followed by one, so one that awaited something besides the hand says the same number again.
   */
  | { readonly type: "quiet"; readonly deliveries: number }
  | {
      readonly type: "log";
      readonly level: ScriptLogLevel;
      readonly message: string;
      readonly fields: JsonObject;
    }
  | { readonly type: "returned"; readonly value: JsonValue }
  | {
      readonly type: "threw";
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        /** The hand's own frames, with paths below its folder. */
        readonly stack: string | null;
        readonly details?: JsonObject;
      };
    }
  /** The worker died or was terminated. */
  | { readonly type: "lost"; readonly message: string };

/** What a script is told when it starts. */
export interface ScriptStart {
  readonly handName: string;
  readonly executionId: string;
  readonly trigger: string;
  /** ISO 8601. */
  readonly scheduledFor: string | null;
  readonly parameters: JsonObject;
  readonly input: JsonValue;
  /** Values of earlier runs of the same execution. */
  readonly journaledValues: readonly ScriptValue[];
}

/** One run of a script. */
export interface ScriptRun {
  /** The next message, in order; one reader at a time. After `returned`, `threw` or `lost` it gives that one again. */
  next(): Promise<ScriptMessage>;
  /**
   * Hands over the outcome of a call. The caller waits for `quiet` before it delivers the next; what it delivers
   * earlier is kept back in the worker until then.
   */
  deliver(index: number, outcome: ScriptOutcome): void;
  /**
   * Runs the function of a `step` call in the worker and gives what it returned. Settles when the function has: after
   * an abort at the latest when 5 s have passed and its thread was ended.
   *
   * Throws: what the function threw (`script_failed` unless it was one of ours), or `effect_unknown` when the worker died under it.
   */
  runStep(index: number, signal: AbortSignal): Promise<JsonValue>;
  /** Forgets the run: nothing of it is answered any more, and a `next` that waits gets `lost`. A worker that does not answer within 5 s is ended. */
  drop(): void;
}

/** The code of one version of a hand, in its worker thread. */
export interface HandCode {
  readonly hasScript: boolean;
  /**
   * The hand's own tools; their code runs in the worker. `execute` settles when the code has, as `runStep` does, and
   * throws `effect_unknown` when the worker died under it. `files` takes what `parse` gave, the very object.
   */
  readonly tools: readonly CallableTool[];
  /** Starts the script, in a new worker if the last one ended. Throws: `stopping`, at once. */
  startScript(start: ScriptStart): ScriptRun;
}

/** The sandbox that a hand's code runs in, as its manifest demands it. Paths are absolute. */
export interface CodeConfinement {
  /** False: it demands none, and runs in threads of this process. */
  readonly enabled: boolean;
  /** What can be read beside the system's programs and libraries, this program and the version itself. */
  readonly read: readonly string[];
  /** Whether it has the machine's network; what `context.fetch` reaches is bounded by `[network]`, either way. */
  readonly network: boolean;
  /** What its JavaScript values may take, where that is less than the host allows. */
  readonly memoryMb: number | null;
  /** Processes that it may start at once. */
  readonly processes: number | null;
  /** The one folder that it can write; null: one that is removed with the worker. */
  readonly workspace: string | null;
}

/** Which code is to be loaded. */
export interface HandCodeVersion {
  readonly handName: string;
  /** The hash of the folder. */
  readonly hash: string;
  /** The folder that this version was unpacked to. */
  readonly dir: string;
  /** Below `dir`, or absolute. */
  readonly scriptPath: string | null;
  readonly toolPaths: readonly string[];
  /** The folder of those that are the project's: absolute. Default (null): none is. */
  readonly projectToolsDir?: string | null;
  /** Null: the hand demands no sandbox. */
  readonly confinement: CodeConfinement | null;
}

/** Where hands' code runs: one warm worker thread per hand and version. */
export interface HandCodeHost {
  /**
   * The code of a version, loaded once and kept while it is used. An idle worker ends after a while and comes back when needed.
   *
   * Throws: `script_failed` with file, line and the code's own message when it cannot be loaded; `details` has `file`,
   * `line` and `column` where they are known; `hand_broken` where it demands a sandbox and there is none.
   */
  load(version: HandCodeVersion): Promise<HandCode>;
  /** Ends every worker. */
  stop(): Promise<void>;
}
