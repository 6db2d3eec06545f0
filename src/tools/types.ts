import type { z } from "zod";
import type { JsonObject, JsonValue } from "../core/index.ts";
import type { Effect } from "../store/index.ts";
import type { Confine } from "./sandbox/types.ts";

/** What a hand remembers between executions. Values are JSON. */
export interface HandMemory {
  get(key: string): Promise<JsonValue | undefined>;
  set(key: string, value: JsonValue): Promise<void>;
  list(prefix: string): Promise<readonly { readonly key: string; readonly value: JsonValue }[]>;
}

/** How the program's own database does. */
export interface DatabaseHealth {
  readonly engine: string;
  readonly isHealthy: boolean;
  readonly sizeBytes: number | null;
  /** Time of one trivial read, in milliseconds. */
  readonly latencyMs: number;
  readonly details: JsonObject;
}

/** What the program's own tools can do besides: a hand's own code asks through these tools, where gates are. */
export interface ProgramPorts {
  /** `[network] allow` of the hand; null where it lists nothing. */
  readonly allowedHosts: readonly string[] | null;
  /** `[git] repositories` of the hand: absolute paths, by the names that the manifest has for them. */
  readonly repositories: Readonly<Record<string, string>>;
  /** Sends a text through one channel of the hand's output, or (null) all of them. Gives the channels that took it. */
  notify(message: { readonly text: string; readonly channel: string | null }): Promise<readonly string[]>;
  /** Starts a hand, once for each key. Gives the id of its execution. Throws: `hand_not_found`, `hand_broken`, `hand_disabled`, `denied`. */
  startHand(request: {
    readonly handName: string;
    readonly input: JsonValue;
    readonly key: string;
  }): Promise<string>;
}

/** What a tool is given besides its arguments. */
export interface ToolContext {
  readonly handName: string;
  readonly executionId: string;
  /** The same text for every attempt of one call: `execution:step:index`. */
  readonly idempotencyKey: string;
  /** Aborts at the call's timeout, when the execution is cancelled, and when the lease is lost. */
  readonly signal: AbortSignal;
  /** Absolute path of the hand's own folder for files. */
  readonly workspace: string;
  readonly parameters: JsonObject;
  /** The secrets that the hand's manifest names, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Bounded in hosts, size and time by the hand's network policy. */
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  readonly memory: HandMemory;
  readonly checkDatabase: () => Promise<DatabaseHealth>;
  /** Puts a program into the sandbox that the hand demands; null where it demands none, and for a hand's own tools. */
  readonly confine: Confine | null;
  /** What only the program's own tools are given; null for those of a hand. */
  readonly ports: ProgramPorts | null;
  /** Reads one of the hand's skills: its body, or a file of its folder. */
  readonly readSkill: (name: string, file?: string) => Promise<string>;
  /** Says that what this call gives comes from outside; `fetch`, and reading such a value of the memory, say so by themselves. */
  readonly noteOutside: () => void;
  readonly log: (message: string) => void;
}

/** Where a tool's writes stay. Only built-in tools are believed when they say so. */
export type Confinement = "workspace" | "memory";

/** A tool as its author writes it; see {@link defineTool}. */
export interface ToolDefinition<Schema extends z.ZodType = z.ZodType> {
  /** `[A-Za-z0-9][A-Za-z0-9_.-]{0,63}`. */
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  /** The action that gates may name. */
  readonly action?: string;
  /** May it run again with the same key and do no more than once? `read` tools always may. */
  readonly idempotent?: boolean;
  readonly confinedTo?: Confinement;
  /** Its results come from outside, so that what they say is not to be trusted. */
  readonly untrusted?: boolean;
  /** Milliseconds. Default: 2 minutes. */
  readonly timeoutMs?: number;
  readonly input: Schema;
  /** Paths of files that the arguments name and an approval is to be bound to. Relative ones are below the workspace. */
  files?(args: z.output<Schema>): readonly string[];
  execute(args: z.output<Schema>, context: ToolContext): Promise<unknown> | unknown;
}

/** Where a tool comes from. */
export type ToolOrigin = "builtin" | "hand" | "mcp";

/** A tool as data: what gates, models and people are shown. */
export interface ToolDescriptor {
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  readonly action: string | null;
  readonly isIdempotent: boolean;
  readonly confinedTo: Confinement | null;
  readonly isUntrusted: boolean;
  readonly timeoutMs: number;
  readonly origin: ToolOrigin;
  /** JSON Schema of the arguments. */
  readonly inputSchema: JsonObject;
  /** Changes when the schema or the code does. */
  readonly version: string;
}

/** What parsing a call's arguments came to. */
export type ParsedArguments =
  | { readonly ok: true; readonly args: JsonObject }
  | { readonly ok: false; readonly message: string };

/** A tool that can be called, wherever its code runs. */
export interface CallableTool {
  readonly descriptor: ToolDescriptor;
  /** Checks the arguments and fills in defaults; what it gives is what is hashed, shown, stored and executed. */
  parse(args: JsonValue): Promise<ParsedArguments>;
  /** Paths that the arguments name; they need not exist, and may be folders. */
  files(args: JsonObject): readonly string[];
  execute(args: JsonObject, context: ToolContext): Promise<JsonValue>;
}
