import type { JsonObject, JsonValue } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { ApprovalRow, ResolutionCondition, StoreTransaction, UnknownAnswer } from "../store/index.ts";
import {
  appendEvent,
  findApproval,
  findApprovalStep,
  lockExecution,
  moveApprovalStep,
  queueWaitingExecution,
  resolvePendingApproval,
} from "../store/index.ts";
import type { ResolvedStatus } from "./approval-transitions.ts";
import { mayResolve } from "./approval-transitions.ts";
import { describeStepChange } from "./step-change.ts";

/** Sends a wake-up for an execution with the transaction. */
export type Wake = (transaction: StoreTransaction, executionId: string) => Promise<void>;

/** How a request is resolved, by whom, through what. */
export interface Resolution {
  readonly status: ResolvedStatus;
  readonly by: string;
  readonly via: string;
  readonly note: string | null;
  readonly condition: ResolutionCondition;
  /** Arguments that take the place of those that were asked for. */
  readonly edit?: { readonly argsJson: string; readonly argsHash: string; readonly filesJson: string };
  readonly answer?: { readonly word: UnknownAnswer; readonly result: JsonValue };
  /** Told of an expiry, in its transaction. */
  readonly onExpired?: OnExpired | undefined;
}

/** What is to happen with an expiry, in its transaction. */
export type OnExpired = (transaction: StoreTransaction, approval: ApprovalRow) => Promise<void>;

/** A request whose execution, if it has one, is locked. */
export interface LockedApproval {
  readonly row: ApprovalRow;
  /** True where its execution has come to an end, so that nothing can follow from a decision. */
  readonly hasEnded: boolean;
}

/** Locks the execution first and reads the request then, as everybody does. Throws: `approval_not_found`. */
export async function lockApproval(
  transaction: StoreTransaction,
  approvalId: string,
): Promise<LockedApproval> {
  const before = await loadApproval(transaction, approvalId);
  if (before.execution_id === null) return { row: before, hasEnded: false };
  const execution = await lockExecution(transaction, before.execution_id);
  return { row: await loadApproval(transaction, approvalId), hasEnded: execution?.status === "ended" };
}

/** The request as it is now. Throws: `approval_not_found`. */
export async function loadApproval(
  source: Parameters<typeof findApproval>[0],
  approvalId: string,
): Promise<ApprovalRow> {
  const row = await findApproval(source, approvalId);
  if (row !== undefined) return row;
  throw new HandsError("approval_not_found", `there is no approval ${JSON.stringify(approvalId)}`, {
    hint: "`hands approvals` lists what waits for a decision. An id has to be given in full.",
  });
}

/**
 * Resolves a pending request and moves its step, in the caller's transaction, once: null where somebody else was first or the
 * condition does not hold. With `wake`, an execution that waits is queued again and woken. The caller holds the execution's row.
 */
export async function resolveApproval(
  transaction: StoreTransaction,
  pending: ApprovalRow,
  resolution: Resolution,
  wake: Wake | null,
): Promise<ApprovalRow | null> {
  if (!mayResolve(pending.kind, "pending", resolution.status)) {
    throw new HandsError("internal", `a request of kind ${pending.kind} cannot become ${resolution.status}`);
  }
  const { edit, answer } = resolution;
  const row = await resolvePendingApproval(transaction, pending.id, resolution.condition, {
    status: resolution.status,
    resolved_at: Math.max(transaction.nowMs, pending.created_at),
    resolved_by: resolution.by,
    resolved_via: resolution.via,
    note: resolution.note,
    answer: answer?.word ?? null,
    ...(edit === undefined
      ? {}
      : {
          original_args_json: pending.args_json,
          args_json: edit.argsJson,
          args_hash: edit.argsHash,
          files_json: edit.filesJson,
        }),
  });
  if (row === null) return null;
  await moveStep(transaction, row, answer?.result ?? null);
  await appendResolved(transaction, pending, row);
  if (row.status === "expired") await resolution.onExpired?.(transaction, row);
  if (row.execution_id !== null && wake !== null)
    await wakeExecution(transaction, row, row.execution_id, wake);
  return row;
}

async function moveStep(transaction: StoreTransaction, row: ApprovalRow, result: JsonValue): Promise<void> {
  if (row.execution_id === null || row.step_index === null) return;
  const step = await findApprovalStep(transaction, row);
  const change = describeStepChange(row, step?.kind ?? "tool", result);
  if (change === null) return;
  const key = { executionId: row.execution_id, stepIndex: row.step_index, from: change.from };
  const completed = change.isResult ? { completed_at: transaction.nowMs } : {};
  if (await moveApprovalStep(transaction, key, { ...change.set, ...completed })) return;
  // Who ends an execution may have closed its steps already.
  if (row.status === "cancelled") return;
  throw new HandsError("internal", `approval ${row.id} is about a step that does not wait for it`, {
    details: { executionId: row.execution_id, stepIndex: row.step_index, stepStatus: step?.status ?? null },
  });
}

async function wakeExecution(
  transaction: StoreTransaction,
  row: ApprovalRow,
  executionId: string,
  wake: Wake,
): Promise<void> {
  if (!(await queueWaitingExecution(transaction, executionId))) return;
  await wake(transaction, executionId);
  transaction.notify({ kind: "execution", executionId, handName: row.hand_name });
}

async function appendResolved(
  transaction: StoreTransaction,
  before: ApprovalRow,
  row: ApprovalRow,
): Promise<void> {
  const edit: JsonObject =
    row.original_args_json === null
      ? {}
      : {
          argsBefore: JSON.parse(row.original_args_json) as JsonValue,
          argsAfter: JSON.parse(row.args_json ?? "null") as JsonValue,
          argsHashBefore: before.args_hash,
        };
  await appendEvent(transaction, {
    type:
      row.kind === "unknown" && row.status !== "cancelled" ? "approval.answered" : `approval.${row.status}`,
    handName: row.hand_name,
    executionId: row.execution_id,
    isAudited: true,
    data: {
      approvalId: row.id,
      kind: row.kind,
      action: row.action,
      tool: row.tool,
      by: row.resolved_by,
      via: row.resolved_via,
      note: row.note,
      answer: row.answer,
      argsHash: row.args_hash,
      ...edit,
    },
  });
  transaction.notify({ kind: "approval", approvalId: row.id, executionId: row.execution_id });
}
