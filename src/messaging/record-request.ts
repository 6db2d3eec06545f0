import { startAutoApproveClock } from "../approvals/index.ts";
import type { RequestMessageRow, SendingOutcome, Store, StoreTransaction } from "../store/index.ts";
import {
  appendEvent,
  listMessagesOf,
  lockExecution,
  recordSending,
  updateRequestMessage,
} from "../store/index.ts";
import { readFacts } from "./read-facts.ts";
import type { MessageFacts } from "./render-message.ts";
import { hashMessage, listMessageApprovals } from "./render-message.ts";

/** Writes down that a message arrived, and starts the delays that waited for that. */
export async function recordSent(
  store: Store,
  row: RequestMessageRow,
  sent: { readonly hash: string; readonly reference: string | null; readonly publicUrl: string | null },
): Promise<void> {
  await record(store, row, async (transaction) => {
    const outcome = { status: "delivered", error: null, nextAttemptAt: null } as const;
    if (!(await recordSending(transaction, "request_messages", row, outcome))) return;
    const before = await readFacts(transaction, row.execution_id, sent.publicUrl);
    const hasStarted = await startClocks(transaction, row, before);
    const isUpToDate = before !== undefined && hashMessage(row, before) === sent.hash;
    await updateRequestMessage(transaction, row.id, ["delivered"], {
      reference: sent.reference,
      sent_at: row.sent_at ?? transaction.nowMs,
      shown_version: row.shown_version + 1,
      tried_hash:
        hasStarted && isUpToDate ? await hashWithClocks(transaction, row, before, sent.publicUrl) : sent.hash,
    });
    if (row.sent_at === null) await appendRequestEvent(transaction, "request.sent", row, null);
  });
}

/**
 * Writes down that an attempt failed. An edit that can never be made becomes a new message where something still waits for an answer. Where
 * a request has reached nobody through any channel, that is an event of its own, and its delay does not start.
 */
export async function recordFailure(
  store: Store,
  row: RequestMessageRow,
  outcome: SendingOutcome,
  hash: string,
): Promise<void> {
  await record(store, row, async (transaction) => {
    if (!(await recordSending(transaction, "request_messages", row, outcome))) return;
    const isFinal = outcome.status === "failed";
    if (isFinal) {
      const facts = await readFacts(transaction, row.execution_id, null);
      const isWaiting =
        facts !== undefined &&
        listMessageApprovals(row, facts.asked).some(({ status }) => status === "pending");
      const isLostEdit = row.sent_at !== null && isWaiting;
      await updateRequestMessage(
        transaction,
        row.id,
        ["failed"],
        isLostEdit
          ? {
              status: "pending",
              attempts: 0,
              next_attempt_at: transaction.nowMs,
              sent_at: null,
              reference: null,
            }
          : { tried_hash: hash },
      );
    }
    if (row.sent_at !== null && !isFinal) return;
    await appendRequestEvent(transaction, `request.${outcome.status}`, row, outcome.error);
    if (isFinal && row.sent_at === null) await noteUnreachable(transaction, row);
  });
}

async function record(
  store: Store,
  row: RequestMessageRow,
  write: (transaction: StoreTransaction) => Promise<void>,
): Promise<void> {
  await store.transaction(async (transaction) => {
    await lockExecution(transaction, row.execution_id);
    await write(transaction);
    for (const approvalId of readIds(row)) {
      transaction.notify({ kind: "approval", approvalId, executionId: row.execution_id });
    }
  });
}

async function startClocks(
  transaction: StoreTransaction,
  row: RequestMessageRow,
  facts: MessageFacts | undefined,
): Promise<boolean> {
  let hasStarted = false;
  for (const approval of facts === undefined ? [] : listMessageApprovals(row, facts.asked)) {
    if (await startAutoApproveClock(transaction, approval.id)) hasStarted = true;
  }
  return hasStarted;
}

/** The message said when it would approve itself before the clock ran: that it now does is no news, and all else that has changed is. */
async function hashWithClocks(
  transaction: StoreTransaction,
  row: RequestMessageRow,
  shown: MessageFacts,
  publicUrl: string | null,
): Promise<string> {
  const now = await readFacts(transaction, row.execution_id, publicUrl);
  const approvals = now?.asked.approvals ?? shown.asked.approvals;
  return hashMessage(row, { ...shown, asked: { ...shown.asked, approvals } });
}

async function noteUnreachable(transaction: StoreTransaction, row: RequestMessageRow): Promise<void> {
  const others = (await listMessagesOf(transaction, row.execution_id)).filter(({ id }) => id !== row.id);
  const unreached = readIds(row).filter((id) =>
    others.every((other) => !readIds(other).includes(id) || other.status === "failed"),
  );
  if (unreached.length === 0) return;
  await appendEvent(transaction, {
    type: "request.unreachable",
    handName: row.hand_name,
    executionId: row.execution_id,
    isAudited: true,
    data: {
      approvalIds: unreached,
      channels: [...new Set([row, ...others].map(({ channel }) => channel))],
    },
  });
}

async function appendRequestEvent(
  transaction: StoreTransaction,
  type: string,
  row: RequestMessageRow,
  error: string | null,
): Promise<void> {
  const { id: messageId, channel } = row;
  await appendEvent(transaction, {
    type,
    handName: row.hand_name,
    executionId: row.execution_id,
    data: {
      messageId,
      channel,
      recipient: row.recipient === "" ? null : row.recipient,
      approvalIds: [...readIds(row)],
      error,
    },
  });
}

function readIds(row: Pick<RequestMessageRow, "approval_ids_json">): readonly string[] {
  return JSON.parse(row.approval_ids_json) as readonly string[];
}
