import type { Redactor } from "../core/index.ts";
import type { WorkQueue } from "../queue/index.ts";
import type { ExecutionRow, StoreTransaction } from "../store/index.ts";
import { appendExecutionEvent, insertExecution, PRIORITY } from "../store/index.ts";
import type { StartRequest } from "./types.ts";

/** How long a chain of hands that start each other may get. */
export const DEEPEST_CHAIN = 5;

/** What starting an execution takes. */
export interface StartParts {
  readonly queue: WorkQueue;
  readonly redactor: Redactor;
}

/**
 * Inserts an execution and its wake-up. Gives its id, or null where its fire or event has a row already. A hand is never started from a chain
 * that contains it, nor from one of five: that is a skipped row.
 */
export async function startExecution(
  parts: StartParts,
  transaction: StoreTransaction,
  request: StartRequest,
): Promise<string | null> {
  const chain = request.chain ?? [];
  const row = await insertExecution(transaction, {
    handName: request.handName,
    trigger: request.trigger,
    scheduledFor: request.scheduledFor ?? null,
    priority: request.trigger === "manual" ? PRIORITY.manual : PRIORITY.scheduled,
    // It comes from outside and is shown to models, so no secret that it may hold is kept.
    input: parts.redactor.value(request.input ?? null),
    parameters: request.parameters ?? null,
    eventId: request.eventId ?? null,
    chain,
    retryOf: request.retryOf ?? null,
    notBefore: request.notBefore ?? null,
    isUntrusted: request.isUntrusted ?? request.trigger === "webhook",
  });
  if (row === null) return null;
  if (chain.includes(request.handName) || chain.length >= DEEPEST_CHAIN) {
    await skip(transaction, row, chain.includes(request.handName) ? "chain_cycle" : "chain_too_deep");
  } else if (row.status === "queued") {
    await parts.queue.send(transaction, { executionId: row.id, priority: row.priority });
  }
  return row.id;
}

/** Ends what was just inserted: nothing waits for it, and nothing is started by it. */
async function skip(transaction: StoreTransaction, row: ExecutionRow, reason: string): Promise<void> {
  await transaction.db
    .updateTable("hand_executions")
    .set({ status: "ended", outcome: "skipped", reason, wake_at: null, completed_at: transaction.nowMs })
    .where("id", "=", row.id)
    .execute();
  const data = { outcome: "skipped", reason, error: null };
  await appendExecutionEvent(transaction, row, "execution.skipped", data);
  transaction.notify({ kind: "hand", handName: row.hand_name });
}
