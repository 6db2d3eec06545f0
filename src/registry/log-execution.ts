import type { CountedRun, HandOutcome, StoreTransaction } from "../store/index.ts";
import {
  appendExecutionEvent,
  countRun,
  insertEndedExecution,
  insertMissingHandStates,
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
  const completedAt = log.completedAt?.getTime() ?? nowMs;
  await insertEndedExecution(transaction, {
    id,
    hand_name: log.handName,
    trigger: log.trigger,
    outcome: log.outcome,
    started_at: startedAt,
    completed_at: completedAt,
    output: log.output ?? "",
    error: log.error ?? null,
    approval_id: log.approvalId ?? null,
    attempt: isRun ? 1 : 0,
    active_ms: startedAt === null ? 0 : Math.max(0, completedAt - startedAt),
  });
  if (startedAt === null) await insertMissingHandStates(transaction, [log.handName]);
  else await countRun(transaction, { ...describeRun(log), handName: log.handName, startedAt });
  await appendExecutionEvent(transaction, { id, hand_name: log.handName }, "execution.logged", {
    outcome: log.outcome,
    trigger: log.trigger,
  });
  transaction.notify({ kind: "hand", handName: log.handName });
  return id;
}

function describeRun({ outcome, error }: ExecutionLog): CountedRun {
  if (outcome === "failure" || outcome === "timeout") {
    return { result: "failure", errorMessage: error ?? outcome };
  }
  return { result: outcome === "success" ? "success" : "other" };
}
