import { decideRequest, loadApproval } from "../approvals/index.ts";
import type { ScriptCall, ScriptRun } from "../code/index.ts";
import type { ErrorCode, JsonObject } from "../core/index.ts";
import { HandsError, hashJson, toHandsError } from "../core/index.ts";
import type { StepRow } from "../store/index.ts";
import { insertSteps, updateStep } from "../store/index.ts";
import { askApproval } from "./ask-approval.ts";
import { askModel } from "./ask-model.ts";
import type { DayBudget } from "./budgets.ts";
import { BudgetSpent } from "./budgets.ts";
import type { OpenCalls } from "./open-calls.ts";
import { askUnknown, isUnasked, markUnknown } from "./perform-call.ts";
import { prepareCall } from "./prepare-call.ts";
import { recordCalls } from "./record-calls.ts";
import type { RunContext } from "./run-context.ts";
import { SLEEP } from "./script-outcome.ts";
import { SCRIPT_STEP_DETAIL } from "./script-step.ts";

/** What a script can be told of a question that a model did not answer. */
const ASK_FAILURES: readonly ErrorCode[] = ["model_failed", "model_not_configured"];

/** Journals and makes the calls that a script issues; tool calls, once journaled, are driven with those of a model. */
export class ScriptCalls {
  readonly #run: RunContext;
  readonly #script: ScriptRun;
  readonly #tools: OpenCalls;
  readonly #issued = new Map<number, ScriptCall>();
  readonly #active = new Map<number, Promise<void>>();
  /** Questions that there is no money for today. */
  readonly #unaffordable = new Map<number, DayBudget>();
  #failure: { readonly error: unknown } | undefined;

  constructor(run: RunContext, script: ScriptRun, tools: OpenCalls) {
    this.#run = run;
    this.#script = script;
    this.#tools = tools;
  }

  /** Calls that are being journaled or made here. */
  get size(): number {
    return this.#active.size;
  }

  /** Takes up a call that the script has just issued. */
  start(index: number, call: ScriptCall): void {
    this.#issued.set(index, call);
    const known = this.#run.journal.find(index);
    if (known === undefined) this.#track(index, this.#begin(index, call));
    else this.#resume(known, call);
  }

  /** Takes up again what a human allowed meanwhile. */
  startReady(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    for (const [index, call] of this.#issued) {
      if (call.kind !== "step" || this.#active.has(index)) continue;
      const step = this.#run.journal.find(index);
      if (step?.status === "approved") this.#track(index, this.#runStep(step));
    }
  }

  async waitForOne(): Promise<void> {
    if (this.#active.size > 0) await Promise.race(this.#active.values());
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async drain(): Promise<void> {
    await Promise.all(this.#active.values());
  }

  /** The call that the script issued at this index in this run, if it did. */
  find(index: number): ScriptCall | undefined {
    return this.#issued.get(index);
  }

  /** The budget whose reset the question at this index waits for, if it does. */
  findBudget(index: number): DayBudget | undefined {
    return this.#unaffordable.get(index);
  }

  /** What `hand.approve` gives for a request that was approved. */
  async readDecision(step: StepRow): Promise<JsonObject> {
    const approval =
      step.approval_id === null ? undefined : await loadApproval(this.#run.parts.store, step.approval_id);
    return {
      approved: true,
      args: JSON.parse(approval?.args_json ?? step.args_json ?? "{}"),
      note: approval?.note ?? null,
      decidedBy: approval?.resolved_by ?? null,
    };
  }

  #track(index: number, work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#active.delete(index));
    this.#active.set(index, tracked);
  }

  #begin(index: number, call: ScriptCall): Promise<void> {
    switch (call.kind) {
      case "tool":
        return this.#beginTool(index, call);
      case "ask":
        return this.#ask(index, call);
      case "approve":
        return this.#beginApprove(index, call);
      case "sleep":
        return this.#beginSleep(index, call);
      case "step":
        return this.#beginStep(index, call);
    }
  }

  /** A call that the journal knows and that has no result yet. Tools are driven from the journal, waits by what happens. */
  #resume(step: StepRow, call: ScriptCall): void {
    if (call.kind === "step" && isUnasked(step)) this.#track(step.step_index, askUnknown(this.#run, step));
    if (step.status !== "executing") return;
    if (call.kind === "ask") this.#track(step.step_index, this.#ask(step.step_index, call));
    if (call.kind !== "step") return;
    const again =
      call.effect === "read"
        ? this.#runStep(step)
        : markUnknown(this.#run, step, "the process died meanwhile");
    this.#track(step.step_index, again);
  }

  async #beginTool(index: number, call: Extract<ScriptCall, { kind: "tool" }>): Promise<void> {
    const prepared = await prepareCall(this.#run, call.name, call.args);
    const place = { index, name: call.name, turnIndex: null, callId: null };
    await this.#run.journal.commit(false, (transaction) =>
      recordCalls(this.#run, transaction, [{ place, prepared }]),
    );
    if (prepared.kind === "run") this.#tools.startOwn(index);
  }

  async #ask(index: number, call: Extract<ScriptCall, { kind: "ask" }>): Promise<void> {
    const { version, parts } = this.#run;
    const { name } = version.config.model;
    const request = {
      system: parts.redactor.text(call.options.system ?? version.systemPrompt ?? ""),
      messages: [{ role: "user" as const, text: parts.redactor.text(call.prompt) }],
      tools: [],
      temperature: version.config.model.temperature,
      maxOutputTokens: version.config.model.maxOutputTokens,
      format: call.options.format ?? ("text" as const),
    };
    try {
      await askModel(
        this.#run,
        parts.models.resolve(name, version.config.model.fallback),
        request,
        index,
        async () => [],
      );
    } catch (error) {
      if (error instanceof BudgetSpent) {
        this.#unaffordable.set(index, error.budget);
        return;
      }
      if (!(error instanceof HandsError) || !ASK_FAILURES.includes(error.code)) throw error;
      await this.#noteFailedAsk(index, name ?? "model", error);
    }
  }

  /** A script may go on without the model's answer, so a failed question is a result of its own. */
  async #noteFailedAsk(index: number, name: string, error: HandsError): Promise<void> {
    const known = this.#run.journal.find(index);
    const [step] =
      known === undefined
        ? await this.#run.journal.insert(false, [
            {
              execution_id: this.#run.row.id,
              step_index: index,
              kind: "model",
              name,
              status: "executing",
              attempt: 1,
            },
          ])
        : [known];
    if (step === undefined) return;
    await this.#run.journal.settle(step, ["executing"], {
      status: "failed",
      error_json: this.#errorJson(error),
    });
  }

  async #beginApprove(index: number, call: Extract<ScriptCall, { kind: "approve" }>): Promise<void> {
    const run = this.#run;
    const args = run.parts.redactor.value(call.args);
    const argsHash = hashJson(args);
    const decision = decideRequest({
      action: call.action,
      description: run.parts.redactor.text(call.description),
      args,
      parameters: run.parameters,
      gates: run.gates,
      operator: run.parts.policy,
    });
    if (decision.kind === "refuse") {
      const message = `an operator's rule forbids ${call.action} (deny = ${JSON.stringify(decision.rule)})`;
      await run.journal.commit(true, (transaction) =>
        insertSteps(transaction, [
          {
            execution_id: run.row.id,
            step_index: index,
            kind: "wait",
            name: call.action,
            status: "denied",
            args_json: JSON.stringify(args),
            error_json: JSON.stringify({ code: "denied", message }),
            result_order: run.journal.takeResultOrder(),
          },
        ]),
      );
      return;
    }
    await run.journal.commit(false, async (transaction) => {
      const [step] = await insertSteps(transaction, [
        {
          execution_id: run.row.id,
          step_index: index,
          kind: "wait",
          name: call.action,
          status: "awaiting",
          args_json: JSON.stringify(args),
          args_hash: argsHash,
          started_at: transaction.nowMs,
        },
      ]);
      if (step === undefined) return [];
      const approval = await askApproval(run, transaction, {
        handName: run.row.hand_name,
        executionId: run.row.id,
        stepIndex: index,
        tool: null,
        effect: null,
        args,
        argsHash,
        files: [],
        versionHash: run.version.hash,
        toolVersion: null,
        todayVersionHash: run.todayHash,
        gates: decision.gates,
        action: decision.action,
        description: decision.description,
        context: { trigger: run.row.trigger },
        autoApproveAfterMs: decision.autoApproveAfterMs,
        expiresAfterMs: decision.expiresAfterMs,
      });
      const status = approval.status === "pending" ? "awaiting" : "approved";
      const updated = await updateStep(transaction, step, ["awaiting"], { approval_id: approval.id, status });
      return [updated ?? step];
    });
  }

  async #beginSleep(index: number, call: Extract<ScriptCall, { kind: "sleep" }>): Promise<void> {
    await this.#run.journal.commit(false, (transaction) =>
      insertSteps(transaction, [
        {
          execution_id: this.#run.row.id,
          step_index: index,
          kind: "wait",
          name: SLEEP,
          status: "executing",
          args_json: JSON.stringify({ durationMs: call.durationMs }),
          started_at: transaction.nowMs,
          wake_at: transaction.nowMs + call.durationMs,
        },
      ]),
    );
  }

  async #beginStep(index: number, call: Extract<ScriptCall, { kind: "step" }>): Promise<void> {
    const [step] = await this.#run.journal.insert(false, [
      {
        execution_id: this.#run.row.id,
        step_index: index,
        kind: "tool",
        name: call.name,
        effect: call.effect,
        status: "executing",
        attempt: 1,
        started_at: this.#run.parts.store.nowMs(),
        detail_json: SCRIPT_STEP_DETAIL,
        node_id: this.#run.parts.nodeId,
      },
    ]);
    if (step !== undefined) await this.#perform(step);
  }

  /** Runs a step's function again: the new intent commits first. */
  async #runStep(step: StepRow): Promise<void> {
    const started = await this.#run.journal.update(false, step, ["approved", "executing"], {
      status: "executing",
      attempt: step.attempt + 1,
      started_at: this.#run.parts.store.nowMs(),
    });
    if (started !== null) await this.#perform(started);
  }

  /** The function itself, in the script's own worker, its intent being committed. */
  async #perform(started: StepRow): Promise<void> {
    await this.#run.leases.ensureMargin(this.#run.lease);
    try {
      const result = await this.#script.runStep(started.step_index, this.#run.signal);
      await this.#run.journal.settle(started, ["executing"], {
        status: "done",
        result_json: JSON.stringify(this.#run.parts.redactor.value(result)),
      });
    } catch (error) {
      this.#run.lease.signal.throwIfAborted();
      if (this.#run.signal.aborted) {
        if (started.effect !== "read") await markUnknown(this.#run, started, "it was interrupted");
        return;
      }
      const failure = toHandsError(error, "script_failed");
      await this.#run.journal.settle(started, ["executing"], {
        status: "failed",
        error_json: this.#errorJson(failure),
      });
    }
  }

  #errorJson(error: HandsError): string {
    return JSON.stringify({ code: error.code, message: this.#run.parts.redactor.text(error.message) });
  }
}
