import type { JsonObject, JsonValue } from "../core/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";
import type { ScriptLogLevel, ScriptMessage, ScriptOutcome, ScriptStart } from "./types.ts";
import type { WireError } from "./wire-error.ts";

/** What a worker thread is started with: whose code, and where it is. Paths are absolute. */
export interface WorkerStart {
  readonly handName: string;
  readonly dir: string;
  readonly scriptPath: string | null;
  readonly toolPaths: readonly string[];
  readonly projectToolsDir: string | null;
}

/** The part of a tool's context that crosses as data; the rest is ports. */
export interface WireToolContext {
  readonly handName: string;
  readonly executionId: string;
  readonly idempotencyKey: string;
  readonly workspace: string;
  readonly parameters: JsonObject;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A request of `context.fetch`, as it crosses. */
export interface WireRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly redirect: "follow" | "error" | "manual";
}

/** The answer of `context.fetch`, as it crosses. */
export interface WireResponse {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What a tool asks of its context. */
export type PortRequest =
  | { readonly port: "memory.get"; readonly key: string }
  | { readonly port: "memory.set"; readonly key: string; readonly value: JsonValue }
  | { readonly port: "memory.list"; readonly prefix: string }
  | { readonly port: "checkDatabase" }
  | { readonly port: "readSkill"; readonly skill: string; readonly file: string | undefined }
  | { readonly port: "fetch"; readonly request: WireRequest };

/** How something that was asked over the boundary ended. */
export type WireOutcome<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: WireError };

/** What `parse` answers: the arguments with the files they name, or why they are refused. */
export type WireParsed =
  | { readonly ok: true; readonly args: JsonObject; readonly files: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** What a request asks the worker to do. */
export type WorkerRequest =
  | { readonly kind: "parse"; readonly tool: string; readonly args: JsonValue }
  | {
      readonly kind: "execute";
      readonly tool: string;
      readonly args: JsonObject;
      readonly context: WireToolContext;
    }
  | { readonly kind: "step"; readonly runId: number; readonly index: number };

/**
 * From the host to the worker. `clockOffsetMs` is how far the host's clock is ahead of the machine's, so that a script's
 * `now()` tells the time that the rest of the program goes by.
 */
export type HostMessage =
  | { readonly type: "ping" }
  | {
      readonly type: "start";
      readonly runId: number;
      readonly start: ScriptStart;
      readonly clockOffsetMs: number;
    }
  | {
      readonly type: "deliver";
      readonly runId: number;
      readonly index: number;
      readonly outcome: ScriptOutcome;
      readonly clockOffsetMs: number;
    }
  | { readonly type: "drop"; readonly runId: number }
  | { readonly type: "request"; readonly requestId: number; readonly request: WorkerRequest }
  | { readonly type: "abort"; readonly requestId: number; readonly reason: WireError }
  | { readonly type: "port-reply"; readonly portId: number; readonly outcome: WireOutcome };

/** What was found in a hand's folder. */
export interface LoadedCode {
  readonly hasScript: boolean;
  readonly tools: readonly ToolDescriptor[];
}

/** What a worker says of itself. */
export type LifeMessage =
  | { readonly type: "loaded"; readonly code: LoadedCode }
  | { readonly type: "unloadable"; readonly error: WireError }
  | { readonly type: "pong" };

/** What comes from the code that runs in it. */
export type CodeMessage =
  | { readonly type: "script"; readonly runId: number; readonly message: ScriptMessage }
  | { readonly type: "reply"; readonly requestId: number; readonly outcome: WireOutcome }
  | {
      readonly type: "port";
      readonly portId: number;
      readonly requestId: number;
      readonly request: PortRequest;
    }
  | { readonly type: "port-abort"; readonly portId: number }
  /** What a tool's call gives comes from outside. */
  | { readonly type: "outside"; readonly requestId: number }
  /** Output of a tool's call, or (null) of code that no run and no call owns. */
  | {
      readonly type: "log";
      readonly requestId: number | null;
      readonly level: ScriptLogLevel;
      readonly message: string;
    };

/** From the worker to the host. */
export type WorkerMessage = LifeMessage | CodeMessage;
