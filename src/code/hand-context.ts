import type { JsonObject, JsonValue } from "../core/index.ts";
import type { Effect } from "../store/index.ts";

/** How a question to the model is put. */
export interface AskOptions {
  /** Instructions that stand before the question. */
  readonly system?: string;
  /** `json` asks for a JSON value and gives it parsed. Default: `text`. */
  readonly format?: "text" | "json";
}

/** What a human decided about something the script asked leave for. */
export interface ApproveResult {
  readonly approved: boolean;
  /** The arguments as they were approved, which may have been edited. */
  readonly args: JsonObject;
  readonly note: string | null;
  /** Who decided, or null where the rules did. */
  readonly decidedBy: string | null;
}

/** What the function of a step is given. */
export interface StepContext {
  /** Aborts when the execution is cancelled or runs out of time. */
  readonly signal: AbortSignal;
}

/** How a step is treated when it was interrupted. */
export interface StepOptions {
  /** `read` runs again; anything else may have happened, and a human is asked. Default: `write`. */
  readonly effect?: Effect;
}

/** Writes a line of the execution's log. */
export type HandLogFunction = (message: string, fields?: object) => void;

/**
 * What a script brain is given: `export default async function (hand: HandContext) { … }`.
 *
 * Every call is journaled. A script that was interrupted runs again from its start: what it asked before is answered
 * from the journal, in the same order, so it must issue the same calls again. Whatever may differ between two runs
 * (time, chance, files, network) comes through here: `now()`, `random()`, `uuid()`, `tool()`, `step()`.
 * A call that fails throws an error with a `code` and `details`.
 */
export interface HandContext {
  readonly name: string;
  readonly executionId: string;
  /** Why it runs: `schedule`, `manual`, `event` or `webhook`. */
  readonly trigger: string;
  /** The instant it was due, when a schedule started it. */
  readonly scheduledFor: Date | null;
  /** `[parameters]` of the manifest. */
  readonly parameters: JsonObject;
  /** What the trigger passed: an event's or a webhook's data. */
  readonly input: JsonValue;
  /** Aborts when this run of the script is given up. */
  readonly signal: AbortSignal;

  /**
   * Calls a tool, through the hand's gates, and gives its result.
   *
   * Throws: `approval_rejected`, `approval_expired`, `denied`, `tool_not_found`, `tool_arguments`, `tool_failed`.
   */
  tool<Result = JsonValue>(name: string, args?: object): Promise<Result>;
  /** Asks the hand's model, which is given no tools. Throws: `model_not_configured`, `model_failed`, `limit_reached`. */
  ask(prompt: string, options?: AskOptions & { readonly format?: "text" }): Promise<string>;
  ask(prompt: string, options: AskOptions & { readonly format: "json" }): Promise<JsonValue>;
  /** Asks humans for leave to do something that no tool does. A "no" is an answer, not an error. */
  approve(action: string, description: string, args?: object): Promise<ApproveResult>;
  /** Waits, through restarts: a number is seconds, a text has units, as in `"15m"`. */
  sleep(duration: number | string): Promise<void>;
  /**
   * Runs a function once and journals what it returns, as JSON. No other call of the hand can be made inside it.
   * Effects belong in tools: a step has no gate and no idempotency key.
   */
  step<Result>(
    name: string,
    run: (step: StepContext) => Result | Promise<Result>,
    options?: StepOptions,
  ): Promise<Result>;

  /** The time; the same again when the script is replayed. */
  now(): Date;
  /** A number from 0 to below 1; the same again when the script is replayed. */
  random(): number;
  /** A UUID (version 4); the same again when the script is replayed. */
  uuid(): string;

  readonly log: {
    readonly debug: HandLogFunction;
    readonly info: HandLogFunction;
    readonly warn: HandLogFunction;
    readonly error: HandLogFunction;
  };
}

/** What `hand.ts` exports as its default. What it returns is the execution's output. */
export type HandScript = (hand: HandContext) => unknown;
