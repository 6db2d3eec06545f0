import { requestUnknown } from "../approvals/index.ts";
import type { JsonObject, JsonValue } from "../core/index.ts";
import { abortable, describeError, formatDuration, HandsError, toHandsError } from "../core/index.ts";
import type { StepRow, StoreTransaction } from "../store/index.ts";
import { updateStep } from "../store/index.ts";
import type { CallableTool } from "../tools/index.ts";
import { mayHaveHappened } from "./ambiguous-errors.ts";
import { findDifferences, readNamedFiles } from "./bound-call.ts";
import { judgeCall, prepareCall } from "./prepare-call.ts";
import { askAbout } from "./record-calls.ts";
import type { RunContext } from "./run-context.ts";
import { isScriptStep } from "./script-step.ts";
import type { CallOrigin } from "./tool-context.ts";
import { createToolContext } from "./tool-context.ts";

/** How the results of calls are written down. */
export interface CallOptions {
  /** May the result of a tool that only reads wait for the next commit? Whoever makes the calls sees to it that one comes. */
  readonly mayReadsWait: boolean;
}

/**
 * Takes a tool call as far as it goes: runs it where it may run, and comes back when it is settled or only a human can move it.
 * `isOurs` says that this process itself committed the intent just now; an intent that was found belongs to a process that is gone.
 */
export async function driveCall(
  run: RunContext,
  index: number,
  isOurs: boolean,
  options: CallOptions,
): Promise<void> {
  const step = run.journal.find(index);
  if (step === undefined) throw new HandsError("internal", `step ${index} is not in the journal`);
  const tool = run.tools.get(step.name);
  if (step.status === "approved") {
    const started = await startApproved(run, step, tool);
    if (started !== null) await perform(run, started.step, started.tool, options);
    return;
  }
  if (isUnasked(step)) return await askUnknown(run, step);
  if (step.status !== "executing") return;
  if (isOurs && tool !== undefined) return await perform(run, step, tool, options);
  await recover(run, step, tool, options);
}

/** A call found under way: repeated where that is safe, put to a human where it is not. The program never guesses. */
async function recover(
  run: RunContext,
  step: StepRow,
  tool: CallableTool | undefined,
  options: CallOptions,
): Promise<void> {
  if (tool !== undefined && isRepeatable(tool)) {
    await run.leases.ensureMargin(run.lease);
    const again = await run.journal.update(false, step, ["executing"], {
      attempt: step.attempt + 1,
      started_at: run.parts.store.nowMs(),
      node_id: run.parts.nodeId,
    });
    if (again !== null) return await perform(run, again, tool, options);
    // Somebody moved it meanwhile: what is known of it here is old.
    return await run.journal.refresh();
  }
  await markUnknown(run, step, "the process died while this was under way");
}

/** Right before the effect of an approved call: is what was approved still what would run? The intent commits, and uses the approval up. */
async function startApproved(
  run: RunContext,
  step: StepRow,
  tool: CallableTool | undefined,
): Promise<{ step: StepRow; tool: CallableTool } | null> {
  if (tool === undefined) {
    const gone = new HandsError("tool_not_found", `the tool ${step.name} is not there any more`);
    await fail(run, step, ["approved"], gone);
    return null;
  }
  const args = JSON.parse(step.args_json ?? "{}") as JsonObject;
  const judged = judgeCall(run, tool, args);
  if (judged.kind === "refused") {
    await fail(run, step, ["approved"], new HandsError(judged.error.code, judged.error.message));
    return null;
  }
  const differences = await findDifferences(run, step, judged);
  if (differences.length > 0) {
    await askAnew(run, step, args, differences);
    return null;
  }
  await run.leases.ensureMargin(run.lease);
  const started = await run.journal.update(false, step, ["approved"], {
    status: "executing",
    attempt: step.attempt + 1,
    started_at: run.parts.store.nowMs(),
    node_id: run.parts.nodeId,
  });
  return started === null ? null : { step: started, tool };
}

/** What was approved is not what would run: the same step asks again, with what is there now. */
async function askAnew(
  run: RunContext,
  step: StepRow,
  args: JsonObject,
  differences: readonly string[],
): Promise<void> {
  const prepared = await prepareCall(run, step.name, args);
  if (prepared.kind === "refused") {
    return await fail(run, step, ["approved"], new HandsError(prepared.error.code, prepared.error.message));
  }
  if (prepared.kind === "run") {
    // No gate asks any more, but what was approved is not this: only a new call may run unasked.
    const message = `what was approved has changed meanwhile (${differences.join(", ")})`;
    return await fail(run, step, ["approved"], new HandsError("approval_mismatch", message));
  }
  await run.journal.commit(false, async (transaction) => [
    await askAbout(run, transaction, step, prepared, { askedAgainBecause: differences }),
  ]);
}

/** The effect itself, its intent being committed. */
async function perform(
  run: RunContext,
  step: StepRow,
  tool: CallableTool,
  { mayReadsWait }: CallOptions,
): Promise<void> {
  await run.leases.ensureMargin(run.lease);
  const timeout = new AbortController();
  const { timeoutMs } = tool.descriptor;
  const timer = run.parts.clock.setTimer(timeoutMs, () => {
    timeout.abort(
      new HandsError("timeout", `${tool.descriptor.name} took longer than ${formatDuration(timeoutMs)}`),
    );
  });
  const signal = AbortSignal.any([run.signal, timeout.signal]);
  const args = JSON.parse(step.args_json ?? "{}") as JsonObject;
  const origin: CallOrigin = { isOutside: tool.descriptor.isUntrusted };
  let result: JsonValue;
  try {
    const context = createToolContext(run, step, signal, origin);
    result = run.parts.redactor.value(await abortable(tool.execute(args, context), signal));
  } catch (error) {
    run.lease.signal.throwIfAborted();
    const failure = { error: signal.aborted ? signal.reason : error, wasAborted: signal.aborted, origin };
    return await noteFailure(run, step, tool, failure);
  } finally {
    timer.cancel();
  }
  const end = {
    status: "done" as const,
    result_json: JSON.stringify(result),
    is_untrusted: origin.isOutside ? 1 : 0,
  };
  // What comes from outside takes approvals away, and what acted is audited: both at once.
  if (mayReadsWait && tool.descriptor.effect === "read" && !origin.isOutside)
    run.journal.settleLater(step, end);
  else await run.journal.settle(step, ["executing"], end);
}

async function noteFailure(
  run: RunContext,
  step: StepRow,
  tool: CallableTool,
  {
    error,
    wasAborted,
    origin,
  }: { readonly error: unknown; readonly wasAborted: boolean; readonly origin: CallOrigin },
): Promise<void> {
  const isStopping = error instanceof HandsError && error.code === "stopping";
  if (isRepeatable(tool)) {
    // It is left under way: the next process that takes the execution repeats it.
    if (isStopping) return;
    return await fail(run, step, ["executing"], error, origin);
  }
  if (!wasAborted && !mayHaveHappened(error)) return await fail(run, step, ["executing"], error, origin);
  await markUnknown(run, step, describeError(error), origin);
}

/** Nobody knows whether it happened: a question for a human, unless the execution ends here anyway. */
export async function markUnknown(
  run: RunContext,
  step: StepRow,
  why: string,
  origin: CallOrigin = { isOutside: false },
): Promise<void> {
  const message = run.parts.redactor.text(`it is not known whether ${step.name} happened: ${why}`);
  const ask = await prepareQuestion(run, step, message);
  const isAsked = !isEnding(run);
  await run.journal.commit(true, async (transaction) => {
    const row = await updateStep(transaction, step, ["executing"], {
      status: "unknown",
      error_json: JSON.stringify({ code: "effect_unknown", message }),
      is_untrusted: origin.isOutside ? 1 : 0,
      // The approval that let it run is no question: without one it is known to be unasked.
      approval_id: null,
    });
    if (row === null) return [];
    return [isAsked ? await ask(transaction, row) : row];
  });
}

/** Was a call left unknown by an execution that was about to end, and goes on after all, because its process died before it could? */
export function isUnasked(step: Pick<StepRow, "kind" | "status" | "approval_id">): boolean {
  return step.kind === "tool" && step.status === "unknown" && step.approval_id === null;
}

/** Puts the question that was left out. */
export async function askUnknown(run: RunContext, step: StepRow): Promise<void> {
  const known = JSON.parse(step.error_json ?? "{}") as { readonly message?: string };
  const ask = await prepareQuestion(
    run,
    step,
    known.message ?? `it is not known whether ${step.name} happened`,
  );
  await run.journal.commit(false, async (transaction) => [await ask(transaction, step)]);
}

/** What the question needs besides the transaction that puts it. */
async function prepareQuestion(run: RunContext, step: StepRow, description: string) {
  const args = step.args_json === null ? null : (JSON.parse(step.args_json) as JsonObject);
  const tool = run.tools.get(step.name);
  const isToolCall = tool !== undefined && args !== null && !isScriptStep(step);
  const files = isToolCall ? await readNamedFiles(run.workspace, tool, args) : [];
  return async (transaction: StoreTransaction, row: StepRow): Promise<StepRow> => {
    const question = await requestUnknown(transaction, {
      handName: run.row.hand_name,
      executionId: run.row.id,
      stepIndex: step.step_index,
      tool: step.name,
      effect: step.effect,
      args,
      argsHash: step.args_hash,
      files,
      versionHash: run.version.hash,
      toolVersion: step.tool_version,
      action: step.name,
      description,
      context: { trigger: run.row.trigger },
    });
    return (await updateStep(transaction, row, ["unknown"], { approval_id: question.id })) ?? row;
  };
}

/** Cancelled, or out of time: the execution is about to end, and no answer could change it. */
function isEnding(run: RunContext): boolean {
  const reason: unknown = run.signal.reason;
  return (
    run.signal.aborted &&
    reason instanceof HandsError &&
    (reason.code === "cancelled" || reason.code === "timeout")
  );
}

async function fail(
  run: RunContext,
  step: StepRow,
  from: readonly StepRow["status"][],
  error: unknown,
  origin: CallOrigin = { isOutside: false },
): Promise<void> {
  const known = toHandsError(error, "tool_failed");
  const wasApproved = from.includes("approved");
  await run.journal.settle(step, from, {
    status: wasApproved ? "denied" : "failed",
    error_json: JSON.stringify({ code: known.code, message: run.parts.redactor.text(known.message) }),
    // What a server answers stands in the error, too.
    is_untrusted: origin.isOutside ? 1 : 0,
  });
}

/** May the same call run a second time under its key and do no more than once? */
function isRepeatable(tool: CallableTool): boolean {
  return tool.descriptor.effect === "read" || tool.descriptor.isIdempotent;
}
