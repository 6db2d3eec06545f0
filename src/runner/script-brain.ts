import type { HandCode, ScriptMessage, ScriptRun } from "../code/index.ts";
import type { Clock } from "../core/index.ts";
import { createDeferred, HandsError } from "../core/index.ts";
import type { StepRow } from "../store/index.ts";
import type { BrainResult } from "./brain-result.ts";
import type { DayBudget } from "./budgets.ts";
import { isBlocked } from "./execution-transitions.ts";
import { OpenCalls } from "./open-calls.ts";
import type { RunContext } from "./run-context.ts";
import { ScriptCalls } from "./script-calls.ts";
import { describeCall, isSleep, toScriptOutcome } from "./script-outcome.ts";

/**
 * Runs a script brain from its start: calls that the journal knows are answered from it, new ones are journaled and made. Results are
 * handed out in the order they were recorded, one at a time, each when the script has come to rest after the one before, so that a
 * replay sees what the first run saw.
 */
export async function runScriptBrain(run: RunContext, code: HandCode): Promise<BrainResult> {
  const script = code.startScript({
    handName: run.row.hand_name,
    executionId: run.row.id,
    trigger: run.row.trigger,
    scheduledFor: run.row.scheduled_for === null ? null : new Date(run.row.scheduled_for).toISOString(),
    parameters: run.parameters,
    input: run.input,
    journaledValues: run.journal.steps.filter((step) => step.kind === "value").map(toJournaledValue),
  });
  const brain = new ScriptBrain(run, script);
  try {
    return await brain.run();
  } finally {
    await brain.drain();
    script.drop();
  }
}

class ScriptBrain {
  readonly #run: RunContext;
  readonly #script: ScriptRun;
  readonly #tools: OpenCalls;
  readonly #calls: ScriptCalls;
  readonly #issued = new Set<number>();
  readonly #delivered = new Set<number>();
  /** Issued, and without a result so far. */
  readonly #open = new Set<number>();
  #deliveries = 0;
  #resultsSeen = 0;
  #isAtRest = false;
  #result: BrainResult | undefined;

  constructor(run: RunContext, script: ScriptRun) {
    this.#run = run;
    this.#script = script;
    this.#tools = new OpenCalls(run);
    this.#calls = new ScriptCalls(run, script, this.#tools);
  }

  async run(): Promise<BrainResult> {
    const { clock } = this.#run.parts;
    let message = this.#script.next();
    const aborted = rejectOnAbort(this.#run.signal);
    aborted.catch(() => {});
    // Taken before each look: what comes while it looks is news as well.
    let news = this.#run.waitForNews();
    while (this.#result === undefined) {
      this.#run.check();
      this.#tools.startReady();
      this.#calls.startReady();
      if (this.#isAtRest && (await this.#handOutNext())) continue;
      if (this.#isAtRest && this.#isBlocked()) return { kind: "blocked", budget: this.#findBudget() };
      const alarm = createAlarm(clock, this.#isAtRest ? this.#findNextWake() : null);
      const arrived = await Promise.race([
        message,
        this.#tools.size > 0 ? this.#tools.waitForOne().then(() => null) : new Promise<never>(() => {}),
        this.#calls.size > 0 ? this.#calls.waitForOne().then(() => null) : new Promise<never>(() => {}),
        news.then(() => "news" as const),
        alarm.rings.then(() => null),
        aborted,
      ]).finally(() => alarm.cancel());
      if (arrived === "news") {
        news = this.#run.waitForNews();
        await this.#run.journal.refresh();
      } else if (arrived !== null) {
        this.#take(arrived);
        message = this.#script.next();
      }
    }
    return this.#result;
  }

  /** What the script left behind when it returned is finished too: journaling a call may start its tool. */
  async drain(): Promise<void> {
    await this.#calls.drain();
    await this.#tools.drain();
  }

  #take(message: ScriptMessage): void {
    switch (message.type) {
      case "call":
        this.#isAtRest = false;
        this.#issued.add(message.index);
        this.#open.add(message.index);
        this.#checkAgainstJournal(message);
        this.#calls.start(message.index, message.call);
        return;
      case "value":
        this.#run.journal.queue({
          execution_id: this.#run.row.id,
          step_index: message.index,
          kind: "value",
          name: message.name,
          status: "done",
          result_json: JSON.stringify(message.value),
        });
        return;
      case "quiet":
        this.#isAtRest = message.deliveries === this.#deliveries;
        return;
      case "log":
        this.#run.parts.logger[message.level](this.#run.parts.redactor.text(message.message), {
          hand: this.#run.row.hand_name,
          execution: this.#run.row.id,
          ...this.#run.parts.redactor.value(message.fields),
        });
        return;
      case "returned":
        this.#checkAllIssued();
        this.#result = { kind: "finished", output: message.value };
        return;
      case "threw":
        this.#result = {
          kind: "failed",
          error: { code: message.error.code, message: describeThrown(message.error) },
        };
        return;
      case "lost":
        this.#run.signal.throwIfAborted();
        this.#result = { kind: "failed", error: { code: "script_failed", message: message.message } };
    }
  }

  /** The same place in the journal must be the same call. */
  #checkAgainstJournal({ index, call }: Extract<ScriptMessage, { type: "call" }>): void {
    const step = this.#run.journal.find(index);
    if (step === undefined) return;
    const expected = describeCall(call);
    if (step.kind === expected.kind && (expected.name === null || expected.name === step.name)) return;
    throw new HandsError(
      "script_diverged",
      `call ${index} was ${step.kind} ${step.name} when it was recorded, and is ${expected.kind} ${expected.name ?? ""} now`,
      {
        hint: "A script must make the same calls in the same order each time; read clocks and chance through `hand`.",
      },
    );
  }

  /** Hands out the recorded result that is next in order, where there is one. */
  async #handOutNext(): Promise<boolean> {
    await this.#settleWaits();
    await this.#run.journal.acknowledgeDecisions();
    const next = this.#findNextResult();
    if (next === undefined) return false;
    if (!this.#issued.has(next.step_index)) {
      // A script that waits for nothing of the hand waits for something else, and may make the call after that.
      if (this.#open.size === 0) return false;
      throw notMade(next);
    }
    this.#delivered.add(next.step_index);
    this.#open.delete(next.step_index);
    this.#deliveries += 1;
    this.#isAtRest = false;
    this.#script.deliver(next.step_index, toScriptOutcome(next, this.#calls.find(next.step_index)));
    return true;
  }

  /** Milliseconds until the first sleep is over, or null where nothing sleeps. */
  #findNextWake(): number | null {
    const wakes = this.#run.journal.open.flatMap((step) =>
      isSleep(step) && this.#open.has(step.step_index) ? [step.wake_at ?? 0] : [],
    );
    return wakes.length === 0 ? null : Math.max(0, Math.min(...wakes) - this.#run.parts.store.nowMs());
  }

  /** A script that returns without a call that it made before is another one than it was. */
  #checkAllIssued(): void {
    const missing = this.#run.journal.steps.find(
      (step) => step.kind !== "value" && step.kind !== "delivery" && !this.#issued.has(step.step_index),
    );
    if (missing !== undefined) throw notMade(missing);
  }

  /** The first result, by the order of results, that the script was not handed yet. A delivery's is none of the script's. */
  #findNextResult(): StepRow | undefined {
    for (;;) {
      const step = this.#run.journal.findResult(this.#resultsSeen);
      if (step === undefined || (step.kind !== "delivery" && !this.#delivered.has(step.step_index)))
        return step;
      this.#resultsSeen += 1;
    }
  }

  /** Waits whose time has come, or that a human allowed, have their result. */
  async #settleWaits(): Promise<void> {
    for (const step of this.#run.journal.open) if (step.kind === "wait") await this.#settleWait(step);
  }

  async #settleWait(step: StepRow): Promise<void> {
    if (isSleep(step)) {
      if ((step.wake_at ?? 0) > this.#run.parts.store.nowMs()) return;
      await this.#run.journal.settle(step, ["executing"], { status: "done", result_json: "null" });
      return;
    }
    if (step.status === "approved") {
      const result_json = step.result_json ?? JSON.stringify(await this.#calls.readDecision(step));
      await this.#run.journal.settle(step, ["approved"], { status: "done", result_json });
    }
  }

  /** Does everything the script waits for wait for a human or for time? */
  #isBlocked(): boolean {
    if (this.#tools.size > 0 || this.#calls.size > 0) return false;
    const open = [...this.#open];
    return (
      open.length > 0 &&
      open.every(
        (index) => this.#calls.findBudget(index) !== undefined || isWaiting(this.#run.journal.find(index)),
      )
    );
  }

  /** Of the budgets that questions wait for, the one that is fresh first. */
  #findBudget(): DayBudget | null {
    const budgets = [...this.#open].flatMap((index) => this.#calls.findBudget(index) ?? []);
    return budgets.sort((left, right) => left.resetsAt - right.resetsAt)[0] ?? null;
  }
}

function isWaiting(step: StepRow | undefined): boolean {
  if (step === undefined) return false;
  return isBlocked(step.status) || (isSleep(step) && step.status === "executing");
}

function notMade(step: StepRow): HandsError {
  return new HandsError(
    "script_diverged",
    `call ${step.step_index} (${step.kind} ${step.name}) is in the journal, but the script did not make it this time`,
    {
      hint: "A script must make the same calls in the same order each time; read clocks and chance through `hand`.",
    },
  );
}

/** The script's own words, and the place in its code. */
function describeThrown({ message, stack }: Extract<ScriptMessage, { type: "threw" }>["error"]): string {
  const place = stack?.split("\n")[0]?.trim();
  return place === undefined || place === "" ? message : `${message} (${place})`;
}

/** Resolves after the delay, or never where there is none. */
function createAlarm(clock: Clock, delayMs: number | null): { rings: Promise<void>; cancel(): void } {
  const { promise, resolve } = createDeferred();
  const timer = delayMs === null ? undefined : clock.setTimer(delayMs, resolve);
  return { rings: promise, cancel: () => timer?.cancel() };
}

function toJournaledValue(step: StepRow) {
  return {
    index: step.step_index,
    name: step.name as "now" | "random" | "uuid",
    value: step.result_json === null ? null : JSON.parse(step.result_json),
  };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
