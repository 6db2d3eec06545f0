import { cancelPendingApprovals } from "../approvals/index.ts";
import type { ErrorCode } from "../core/index.ts";
import type { WorkQueue } from "../queue/index.ts";
import type { ExecutionRow, HandOutcome, StepKind, StepStatus, StoreTransaction } from "../store/index.ts";
import {
  appendExecutionEvent,
  countEnd,
  hasOpenSteps,
  insertExecution,
  markEnded,
  notBefore,
  PRIORITY,
  releaseHeldExecutions,
  runsBeside,
} from "../store/index.ts";
import { startAfterExecution } from "./event-triggers.ts";
import type { StartParts } from "./start-execution.ts";

/** A delivery that is to be made after the end. */
export interface PlannedDelivery {
  readonly channel: string;
  readonly destination: string;
  readonly format: string;
  readonly payload: string;
}

/** What an execution comes to. */
export interface ExecutionEnd {
  readonly outcome: Exclude<HandOutcome, "approval_pending">;
  /** Why it was skipped or cancelled; absent is null. */
  readonly reason?: string;
  readonly output: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly deliveries: readonly PlannedDelivery[];
  /** When a new execution is to try again; null for never. */
  readonly retryAt: number | null;
  /** Time under the lease that ends with it, in milliseconds. */
  readonly activeMs?: number;
}

/**
 * Ends an execution whose row this transaction has locked, or whose fence it has checked: outcome, the hand's state and counters,
 * deliveries, the retry, the pending approvals and the release of what waited for its turn commit together.
 */
export async function endExecution(
  parts: StartParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
  end: ExecutionEnd,
): Promise<void> {
  // Asked for together, answered one after the other: what waits for its turn is looked for under the lock on the hand.
  await Promise.all([
    markEnded(transaction, row.id, {
      outcome: end.outcome,
      reason: end.reason ?? null,
      output: end.output,
      error: end.error?.message ?? null,
      error_code: end.error?.code ?? null,
      active_ms: row.active_ms + (end.activeMs ?? 0),
    }),
    cancelPendingApprovals(transaction, row.id, `the execution ended as ${end.outcome}`),
    closeOpenSteps(transaction, row.id, end.outcome),
    insertDeliveries(transaction, row, end.deliveries),
    countInState(transaction, row, end),
    end.retryAt === null ? null : insertRetry(transaction, row, end.retryAt),
  ]);
  await Promise.all([
    wakeHeld(parts, transaction, row.hand_name),
    appendExecutionEvent(transaction, row, EVENT_TYPES[end.outcome], {
      outcome: end.outcome,
      reason: end.reason ?? null,
      error: end.error === null ? null : { ...end.error },
    }),
    startAfterExecution(parts, transaction, row, { ...end, type: EVENT_TYPES[end.outcome] }),
  ]);
  transaction.notify({ kind: "hand", handName: row.hand_name });
}

/**
 * What was under way when it ended is not any more: an effect that may have begun is unknown, what can have had none has failed, and what was
 * allowed and has not begun never will.
 */
async function closeOpenSteps(
  transaction: StoreTransaction,
  executionId: string,
  outcome: ExecutionEnd["outcome"],
): Promise<void> {
  if (!(await hasOpenSteps(transaction, executionId))) return;
  const close = async (
    from: StepStatus,
    kinds: readonly StepKind[],
    to: StepStatus,
    error: OpenStepError,
  ) => {
    await transaction.db
      .updateTable("execution_steps")
      .set({
        status: to,
        completed_at: notBefore(transaction.nowMs, "created_at", "started_at"),
        error_json: JSON.stringify(error),
      })
      .where("execution_id", "=", executionId)
      .where("status", "=", from)
      .where("kind", "in", [...kinds])
      .execute();
  };
  const message = `the execution ended as ${outcome} before this did`;
  await close("approved", ["tool", "wait", "delivery"], "denied", { code: "cancelled", message });
  await transaction.db
    .updateTable("execution_steps")
    .set({
      status: "unknown",
      error_json: JSON.stringify({
        code: "effect_unknown",
        message: `${message}: whether it happened is not known`,
      }),
    })
    .where("execution_id", "=", executionId)
    .where("status", "=", "executing")
    .where("kind", "=", "tool")
    .where("effect", "!=", "read")
    .execute();
  await close("executing", ["tool", "model", "wait"], "failed", { code: "cancelled", message });
}

interface OpenStepError {
  readonly code: ErrorCode;
  readonly message: string;
}

const EVENT_TYPES: Readonly<Record<ExecutionEnd["outcome"], string>> = {
  success: "execution.succeeded",
  failure: "execution.failed",
  timeout: "execution.failed",
  skipped: "execution.skipped",
  cancelled: "execution.cancelled",
};

/** Lets what waited for its turn try again, in the transaction that made room for it. */
export async function wakeHeld(
  parts: { readonly queue: WorkQueue },
  transaction: StoreTransaction,
  handName: string | null,
): Promise<void> {
  for (const row of await releaseHeldExecutions(transaction, handName)) {
    await parts.queue.send(transaction, { executionId: row.id, priority: row.priority });
  }
}

async function insertDeliveries(
  transaction: StoreTransaction,
  row: ExecutionRow,
  deliveries: readonly PlannedDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await transaction.db
    .insertInto("deliveries")
    .values(
      deliveries.map((delivery) => ({
        id: transaction.ids.next(),
        execution_id: row.id,
        hand_name: row.hand_name,
        channel: delivery.channel,
        destination: delivery.destination,
        format: delivery.format,
        payload: delivery.payload,
        status: "pending" as const,
        attempts: 0,
        created_at: transaction.nowMs,
        next_attempt_at: transaction.nowMs,
        completed_at: null,
        error: null,
        result: null,
        lease_owner: null,
        lease_until: null,
      })),
    )
    .execute();
  transaction.notify({ kind: "delivery", executionId: row.id });
}

/** Skipped and cancelled executions count as neither success nor failure, and skipped ones do not count as runs. */
async function countInState(
  transaction: StoreTransaction,
  row: ExecutionRow,
  end: ExecutionEnd,
): Promise<void> {
  if (end.outcome === "skipped") return;
  const run = { executionId: row.id, handName: row.hand_name };
  switch (end.outcome) {
    case "success":
      return await countEnd(transaction, { ...run, result: "success", errorMessage: null });
    case "failure":
    case "timeout": {
      const errorMessage = end.error?.message ?? end.outcome;
      return await countEnd(transaction, { ...run, result: "failure", errorMessage });
    }
    case "cancelled":
      return await countEnd(transaction, { ...run, result: "other" });
  }
}

/** What a hand is at when one of its executions leaves the process and did not fail. */
export async function findRestingStatus(
  transaction: StoreTransaction,
  row: ExecutionRow,
  nextRunAt: number | null,
): Promise<"running" | "scheduled" | "idle"> {
  if (await runsBeside(transaction, row)) return "running";
  return nextRunAt === null ? "idle" : "scheduled";
}

/** Whether what a retry is given again may come from outside; what steps brought in later, it has to bring in anew. */
export function isInputUntrusted(row: Pick<ExecutionRow, "is_untrusted" | "input_json">): boolean {
  return row.is_untrusted === 1 && row.input_json !== null;
}

async function insertRetry(
  transaction: StoreTransaction,
  row: ExecutionRow,
  notBefore: number,
): Promise<void> {
  await insertExecution(transaction, {
    handName: row.hand_name,
    trigger: row.trigger,
    scheduledFor: null,
    priority: PRIORITY.scheduled,
    input: row.input_json === null ? null : JSON.parse(row.input_json),
    parameters: row.parameters_json === null ? null : JSON.parse(row.parameters_json),
    eventId: null,
    chain: JSON.parse(row.chain_json),
    retryOf: row.id,
    notBefore,
    isUntrusted: isInputUntrusted(row),
  });
}
