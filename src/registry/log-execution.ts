import type { HandOutcome, HandStateRow, StoreTransaction } from "../store/index.ts";
import {
  appendExecutionEvent,
  insertMissingHandStates,
  lockHandState,
  updateHandState,
} from "../store/index.ts";

/** A run that somebody else made, to be recorded. */
export interface ExecutionLog {
  readonly handName: string;
  readonly trigger: string;
  readonly outcome: HandOutcome;
  /** Default: empty. */
  readonly output?: string;
  readonly error?: string | null;
  readonly approvalId?: string | null;
  /** Default: now, which makes it a run without duration. */
  readonly startedAt?: Date;
  /** Default: now. */
  readonly completedAt?: Date;
}

/** Inserts the one record of a run that has ended, and brings the hand's counters and state in line. Returns its id. */
export async function logExecution(transaction: StoreTransaction, log: ExecutionLog): Promise<string> {
  const { nowMs } = transaction;
  const id = transaction.ids.next();
  const isRun = log.outcome !== "skipped";
  const startedAt = isRun ? (log.startedAt?.getTime() ?? nowMs) : null;
  await transaction.db
    .insertInto("hand_executions")
    .values({
      id,
      hand_name: log.handName,
      trigger: log.trigger,
      status: "ended",
      outcome: log.outcome,
      created_at: nowMs,
      started_at: startedAt,
      completed_at: log.completedAt?.getTime() ?? nowMs,
      output: log.output ?? "",
      error: log.error ?? null,
      approval_id: log.approvalId ?? null,
      attempt: isRun ? 1 : 0,
      chain_json: "[]",
      files_generated_json: "[]",
      input_tokens: 0,
      output_tokens: 0,
      reserved_cost_usd: 0,
      step_count: 0,
      fence: 0,
      lost_leases: 0,
      active_ms: startedAt === null ? 0 : Math.max(0, (log.completedAt?.getTime() ?? nowMs) - startedAt),
      priority: 0,
      is_untrusted: 0,
    })
    .execute();
  await insertMissingHandStates(transaction, [log.handName]);
  const state = await lockHandState(transaction, log.handName);
  if (state !== undefined && isRun) await countRun(transaction, state, log, startedAt);
  await appendExecutionEvent(transaction, { id, hand_name: log.handName }, "execution.logged", {
    outcome: log.outcome,
    trigger: log.trigger,
  });
  transaction.notify({ kind: "hand", handName: log.handName });
  return id;
}

async function countRun(
  transaction: StoreTransaction,
  state: HandStateRow,
  log: ExecutionLog,
  startedAt: number | null,
): Promise<void> {
  const hasFailed = log.outcome === "failure" || log.outcome === "timeout";
  const hasSucceeded = log.outcome === "success";
  const resting = state.next_run_at === null ? "idle" : "scheduled";
  await updateHandState(transaction, log.handName, {
    status: state.status === "running" ? "running" : hasFailed ? "error" : resting,
    last_run_at: startedAt,
    run_count: state.run_count + 1,
    success_count: state.success_count + (hasSucceeded ? 1 : 0),
    failure_count: state.failure_count + (hasFailed ? 1 : 0),
    error_message: hasFailed ? (log.error ?? log.outcome) : hasSucceeded ? null : state.error_message,
  });
}
