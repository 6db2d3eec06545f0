import type { Deferred, JsonObject, JsonValue } from "../../core/index.ts";
import { createDeferred, HandsError, toHandsError, toJsonValue } from "../../core/index.ts";
import type { HandContext, HandScript, StepContext } from "../hand-context.ts";
import type {
  ScriptCall,
  ScriptLogLevel,
  ScriptMessage,
  ScriptOutcome,
  ScriptStart,
  ScriptValue,
  ScriptValueName,
} from "../types.ts";
import { boundText } from "./capture-output.ts";
import type { CodeScope, CodeScopes } from "./code-scope.ts";
import { findHandStack } from "./hand-stack.ts";
import { describeCall, divergedScript, nestedCall, toScriptError } from "./script-errors.ts";

/** The function of a `step` call. */
export type StepFunction = (step: StepContext) => unknown;

interface WaitingCall {
  readonly deferred: Deferred<JsonValue>;
  /** Where the script issued it. */
  readonly site: { readonly stack?: string };
}

/** Log lines of one run beyond this are dropped, so that a loop that prints cannot fill the host. */
const MAX_LOG_LINES = 5000;

/** Turns of the event loop in which nothing was issued, after which a script is at rest. */
const REST_TURNS = 2;

/**
 * One run of a script in the worker: numbers what it issues, hands out what was decided, and says when it rests.
 *
 * At rest means that nothing more is issued until something is delivered. Awaits of settled promises are microtasks, which
 * all run before the next turn of the event loop, however long their chain is; a second turn is for what itself takes
 * one (an `import()`, `setImmediate`). What a script awaits besides the hand (a timer, the network) is not waited for: when
 * it issues something afterwards, it rests and says so again.
 */
export class ScriptSession {
  readonly start: ScriptStart;
  readonly signal: AbortSignal;
  readonly #dir: string;
  readonly #scopes: CodeScopes;
  readonly #post: (message: ScriptMessage) => void;
  readonly #abort = new AbortController();
  readonly #scope: CodeScope;
  readonly #journal: ReadonlyMap<number, ScriptValue>;
  readonly #waiting = new Map<number, WaitingCall>();
  readonly #steps = new Map<number, { readonly name: string; readonly run: StepFunction }>();
  readonly #undelivered: { readonly index: number; readonly outcome: ScriptOutcome }[] = [];
  #nextIndex = 0;
  #deliveries = 0;
  #logLines = 0;
  #isPumping = true;
  #isOver = false;

  constructor(settings: {
    readonly start: ScriptStart;
    readonly dir: string;
    readonly scopes: CodeScopes;
    readonly post: (message: ScriptMessage) => void;
  }) {
    this.start = settings.start;
    this.signal = this.#abort.signal;
    this.#dir = settings.dir;
    this.#scopes = settings.scopes;
    this.#post = settings.post;
    this.#journal = new Map(settings.start.journaledValues.map((value) => [value.index, value]));
    this.#scope = {
      stepName: null,
      log: (level, message) => this.log(level, message, {}),
      fail: (error) => this.#fail(error),
    };
  }

  /** Starts the script. It ends with one `returned` or `threw`, unless it is dropped. */
  run(script: HandScript, hand: HandContext): void {
    void this.#scopes.run(this.#scope, async () => {
      try {
        this.#end({ type: "returned", value: toJsonValue(await script(hand)) });
      } catch (error) {
        this.#fail(error);
      }
    });
    void this.#pump();
  }

  /** Issues a call: its index is taken at once. After the end of the run nothing is issued, and it never settles. */
  issue(call: ScriptCall, run?: StepFunction): Promise<JsonValue> {
    const stepName = this.#scopes.getStore()?.stepName ?? null;
    if (stepName !== null) return Promise.reject(nestedCall(call, stepName));
    const deferred = createDeferred<JsonValue>();
    if (this.#isOver) return deferred.promise;
    const index = this.#takeIndex(describeCall(call), null);
    const site = {};
    Error.captureStackTrace(site, this.issue);
    this.#waiting.set(index, { deferred, site });
    if (call.kind === "step" && run !== undefined) this.#steps.set(index, { name: call.name, run });
    this.#post({ type: "call", index, call });
    this.#wake();
    return deferred.promise;
  }

  /** A value of the script's own: the journaled one at this index, else a fresh one, which is posted to be journaled. */
  draw(name: ScriptValueName, drawFresh: () => JsonValue): JsonValue {
    if (this.#isOver || (this.#scopes.getStore()?.stepName ?? null) !== null) return drawFresh();
    const index = this.#takeIndex(name, name);
    const journaled = this.#journal.get(index);
    if (journaled !== undefined) return journaled.value;
    const value = drawFresh();
    this.#post({ type: "value", index, name, value });
    this.#wake();
    return value;
  }

  log(level: ScriptLogLevel, message: string, fields: JsonObject): void {
    if (this.#isOver || this.#logLines > MAX_LOG_LINES) return;
    this.#logLines += 1;
    if (this.#logLines <= MAX_LOG_LINES) {
      this.#post({ type: "log", level, message: boundText(message), fields });
    } else {
      this.#post({
        type: "log",
        level: "warn",
        message: `more than ${MAX_LOG_LINES} lines: the rest is left out`,
        fields: {},
      });
    }
  }

  /** Takes the outcome of a call; it reaches the script when the script rests, one in a turn of the event loop. */
  deliver(index: number, outcome: ScriptOutcome): void {
    this.#undelivered.push({ index, outcome });
    if (this.#isPumping || this.#isOver) return;
    this.#isPumping = true;
    this.#handOutNext();
    void this.#pump();
  }

  /** Runs the function of a step. Rejects with what it threw. */
  async runStep(index: number, signal: AbortSignal): Promise<JsonValue> {
    const step = this.#steps.get(index);
    if (step === undefined) throw new HandsError("internal", `No step waits at index ${index}`);
    const scope: CodeScope = { ...this.#scope, stepName: step.name };
    return toJsonValue(await this.#scopes.run(scope, () => step.run({ signal })));
  }

  /** Forgets everything the script waits for. */
  drop(): void {
    this.#finish();
    this.#abort.abort(new HandsError("cancelled", "This run of the script was given up"));
  }

  /** What comes out of rest by itself (a timer went off) is followed by a new `quiet`. */
  #wake(): void {
    if (this.#isPumping || this.#isOver) return;
    this.#isPumping = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    do {
      await this.#comeToRest();
      if (this.#isOver) return;
      this.#post({ type: "quiet", deliveries: this.#deliveries });
    } while (this.#handOutNext());
    this.#isPumping = false;
  }

  async #comeToRest(): Promise<void> {
    for (let turns = 0; turns < REST_TURNS; ) {
      const before = this.#nextIndex;
      await new Promise<void>((resolve) => setImmediate(resolve));
      turns = this.#nextIndex === before ? turns + 1 : 0;
    }
  }

  #handOutNext(): boolean {
    const next = this.#undelivered.shift();
    if (next === undefined) return false;
    const { index, outcome } = next;
    this.#deliveries += 1;
    const call = this.#waiting.get(index);
    this.#waiting.delete(index);
    this.#steps.delete(index);
    if (outcome.ok) call?.deferred.resolve(outcome.value);
    else call?.deferred.reject(toScriptError(outcome.error, call.site.stack));
    return true;
  }

  #takeIndex(found: string, name: ScriptValueName | null): number {
    const index = this.#nextIndex;
    this.#nextIndex += 1;
    const expected = this.#journal.get(index)?.name;
    if (expected === undefined || expected === name) return index;
    const error = divergedScript(index, expected, found);
    this.#fail(error);
    throw error;
  }

  #fail(error: unknown): void {
    const { code, message, details } = toHandsError(error, "script_failed");
    const json = toJsonValue(details) as JsonObject;
    const stack = findHandStack(error, this.#dir);
    const hasDetails = Object.keys(json).length > 0;
    this.#end({ type: "threw", error: { code, message, stack, ...(hasDetails ? { details: json } : {}) } });
  }

  #end(message: ScriptMessage): void {
    if (this.#isOver) return;
    this.#post(message);
    this.#finish();
  }

  #finish(): void {
    this.#isOver = true;
    this.#waiting.clear();
    this.#steps.clear();
    this.#undelivered.length = 0;
  }
}
