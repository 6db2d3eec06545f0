import type { StoreTransaction } from "../store/index.ts";
import { insertRequestMessage, updateRequestMessage } from "../store/index.ts";
import type { MessageChange } from "./plan-messages.ts";

/** Writes down what was planned, in the transaction that has the execution's row and planned it. */
export async function applyChanges(
  transaction: StoreTransaction,
  execution: { readonly id: string; readonly hand_name: string },
  changes: readonly MessageChange[],
): Promise<void> {
  for (const change of changes) await applyChange(transaction, execution, change);
}

async function applyChange(
  transaction: StoreTransaction,
  execution: { readonly id: string; readonly hand_name: string },
  change: MessageChange,
): Promise<void> {
  const { nowMs } = transaction;
  switch (change.kind) {
    case "create":
      await insertRequestMessage(transaction, {
        id: transaction.ids.next(),
        execution_id: execution.id,
        hand_name: execution.hand_name,
        channel: change.destination.channel,
        recipient: change.destination.recipient,
        approval_ids_json: JSON.stringify(change.approvalIds),
        status: "pending",
        attempts: 0,
        shown_version: 0,
        created_at: nowMs,
        next_attempt_at: nowMs,
      });
      return;
    case "extend": {
      const { row, approvalIds } = change;
      const ids = { approval_ids_json: JSON.stringify(approvalIds) };
      await updateRequestMessage(transaction, row.id, [row.status], ids);
      return;
    }
    case "send":
      await updateRequestMessage(transaction, change.row.id, [change.row.status], {
        status: "pending",
        attempts: 0,
        next_attempt_at: nowMs,
      });
      return;
    case "withdraw":
      await updateRequestMessage(transaction, change.row.id, [change.row.status], {
        status: "withdrawn",
        next_attempt_at: null,
        closed_at: nowMs,
      });
      return;
    case "close":
      await updateRequestMessage(transaction, change.row.id, [change.row.status], { closed_at: nowMs });
      return;
  }
}
