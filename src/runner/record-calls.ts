import type { JsonValue } from "../core/index.ts";
import type { NewStep, StepRow, StoreTransaction } from "../store/index.ts";
import { insertSteps, updateStep } from "../store/index.ts";
import { askApproval } from "./ask-approval.ts";
import type { PreparedCall } from "./prepare-call.ts";
import type { RunContext } from "./run-context.ts";

/** Where a call stands in the journal. */
export interface CallPlace {
  readonly index: number;
  readonly name: string;
  readonly turnIndex: number | null;
  readonly callId: string | null;
}

/**
 * Writes down calls in the transaction that proposes them, before anything happens: refused ones with their reason, ones that may run with
 * their intent (`executing`), ones that must be asked about with their request.
 */
export async function recordCalls(
  run: RunContext,
  transaction: StoreTransaction,
  calls: readonly { readonly place: CallPlace; readonly prepared: PreparedCall }[],
): Promise<readonly StepRow[]> {
  const steps = await insertSteps(
    transaction,
    calls.map(({ place, prepared }) => toStep(run, transaction, place, prepared)),
  );
  const asked: StepRow[] = [];
  for (const { place, prepared } of calls) {
    if (prepared.kind !== "ask") continue;
    const step = steps.find((row) => row.step_index === place.index);
    if (step !== undefined) asked.push(await askAbout(run, transaction, step, prepared));
  }
  return [...steps.filter((step) => !asked.some((other) => other.step_index === step.step_index)), ...asked];
}

/** Files a request for a step that is `awaiting`. A remembered rule, or a delay of nothing, approves it at once. */
export async function askAbout(
  run: RunContext,
  transaction: StoreTransaction,
  step: StepRow,
  prepared: Extract<PreparedCall, { kind: "ask" }>,
  context: Readonly<Record<string, JsonValue>> = {},
): Promise<StepRow> {
  const { tool, decision } = prepared;
  const approval = await askApproval(run, transaction, {
    handName: run.row.hand_name,
    executionId: run.row.id,
    stepIndex: step.step_index,
    tool: tool.descriptor.name,
    effect: tool.descriptor.effect,
    args: prepared.args,
    argsHash: prepared.argsHash,
    files: prepared.files,
    versionHash: run.version.hash,
    toolVersion: tool.descriptor.version,
    todayVersionHash: run.todayHash,
    gates: decision.gates,
    action: decision.action,
    description: decision.description,
    context: { trigger: run.row.trigger, ...context },
    autoApproveAfterMs: decision.autoApproveAfterMs,
    expiresAfterMs: decision.expiresAfterMs,
  });
  const isOpen = approval.status !== "pending";
  const updated = await updateStep(transaction, step, ["awaiting", "approved"], {
    approval_id: approval.id,
    status: isOpen ? "approved" : "awaiting",
  });
  return updated ?? step;
}

function toStep(
  run: RunContext,
  transaction: StoreTransaction,
  place: CallPlace,
  prepared: PreparedCall,
): NewStep {
  const base = {
    execution_id: run.row.id,
    step_index: place.index,
    kind: "tool" as const,
    name: place.name,
    turn_index: place.turnIndex,
    call_id: place.callId,
    effect: prepared.tool?.descriptor.effect ?? null,
    tool_version: prepared.tool?.descriptor.version ?? null,
    args_json: JSON.stringify(prepared.args),
    args_hash: prepared.argsHash,
    node_id: run.parts.nodeId,
  };
  switch (prepared.kind) {
    case "refused":
      return {
        ...base,
        status: prepared.status,
        error_json: JSON.stringify(run.parts.redactor.value(prepared.error)),
        started_at: transaction.nowMs,
        completed_at: transaction.nowMs,
        result_order: run.journal.takeResultOrder(),
      };
    case "run":
      return { ...base, status: "executing", attempt: 1, started_at: transaction.nowMs };
    case "ask":
      return { ...base, status: "awaiting" };
  }
}
