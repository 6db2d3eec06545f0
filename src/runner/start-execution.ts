import type { Redactor } from "../core/index.ts";
import type { WorkQueue } from "../queue/index.ts";
import type { ExecutionRow, StoreTransaction } from "../store/index.ts";
import { appendExecutionEvent, draftExecution, insertDraft, PRIORITY } from "../store/index.ts";
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
  const row = await insertDraft(transaction, draftStart(parts, transaction, request));
  if (row === null) return null;
  const refusal = findRefusal(request);
  if (refusal !== null) await skip(transaction, row, refusal);
  else if (row.status === "queued") await sendWakeUp(parts, transaction, row);
  return row.id;
}

/** The execution that a request asks for, before it is inserted. */
export function draftStart(
  parts: Pick<StartParts, "redactor">,
  transaction: StoreTransaction,
  request: StartRequest,
): ExecutionRow {
  return draftExecution(transaction, {
    handName: request.handName,
    trigger: request.trigger,
    scheduledFor: request.scheduledFor ?? null,
    priority: request.trigger === "manual" ? PRIORITY.manual : PRIORITY.scheduled,
    // It comes from outside and is shown to models, so no secret that it may hold is kept.
    input: parts.redactor.value(request.input ?? null),
    parameters: request.parameters ?? null,
    eventId: request.eventId ?? null,
    chain: request.chain ?? [],
    retryOf: request.retryOf ?? null,
    notBefore: request.notBefore ?? null,
    isUntrusted: request.isUntrusted ?? request.trigger === "webhook",
  });
}

/** May it be started now, and by what led to it? */
export function isStartable(request: StartRequest): boolean {
  return (request.notBefore ?? null) === null && findRefusal(request) === null;
}

/** Tells whoever works of an execution that is queued. */
export async function sendWakeUp(
  { queue }: Pick<StartParts, "queue">,
  transaction: StoreTransaction,
  { id, priority }: Pick<ExecutionRow, "id" | "priority">,
): Promise<void> {
  await queue.send(transaction, { executionId: id, priority });
}

function findRefusal({ handName, chain = [] }: StartRequest): "chain_cycle" | "chain_too_deep" | null {
  if (chain.includes(handName)) return "chain_cycle";
  return chain.length >= DEEPEST_CHAIN ? "chain_too_deep" : null;
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
