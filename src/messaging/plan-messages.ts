import type { AskedApproval, RequestMessageRow } from "../store/index.ts";
import { isSettled } from "./describe-outcome.ts";
import type { Destination } from "./destinations.ts";
import type { MessageFacts } from "./render-message.ts";
import { hashMessage, listMessageApprovals } from "./render-message.ts";

/** One change to the messages of an execution. */
export type MessageChange =
  | { readonly kind: "create"; readonly destination: Destination; readonly approvalIds: readonly string[] }
  /** It takes up further requests. */
  | { readonly kind: "extend"; readonly row: RequestMessageRow; readonly approvalIds: readonly string[] }
  /** It says something that is not so any more, or failed to reach anybody and has something new to say. */
  | { readonly kind: "send"; readonly row: RequestMessageRow }
  /** What it was to ask is over before it was sent. */
  | { readonly kind: "withdraw"; readonly row: RequestMessageRow }
  /** Nothing in it will change any more. */
  | { readonly kind: "close"; readonly row: RequestMessageRow };

/**
 * What has to happen to the messages of one execution. A request joins a message that still has something open and can be changed; else it
 * gets a new one, because nobody is told of an edit to what is over. Messages on their way are left alone until they have arrived.
 */
export function planMessages(
  facts: MessageFacts,
  openMessages: readonly RequestMessageRow[],
  destinations: readonly Destination[],
): readonly MessageChange[] {
  const pending = facts.asked.approvals.filter(
    (approval) => approval.status === "pending" && approval.withheld_at === null,
  );
  const joining = destinations.flatMap((destination) =>
    planJoining(facts, openMessages, destination, pending),
  );
  const extended = new Map(
    joining.flatMap((change) => (change.kind === "extend" ? [[change.row.id, change] as const] : [])),
  );
  return [
    ...joining,
    ...openMessages.flatMap((row) => {
      const approvalIds = extended.get(row.id)?.approvalIds;
      return planMessage(
        facts,
        row,
        approvalIds === undefined ? row : { ...row, approval_ids_json: JSON.stringify(approvalIds) },
      );
    }),
  ];
}

function planJoining(
  facts: MessageFacts,
  openMessages: readonly RequestMessageRow[],
  destination: Destination,
  pending: readonly AskedApproval[],
): readonly MessageChange[] {
  const rows = openMessages.filter(
    (row) => row.channel === destination.channel && row.recipient === destination.recipient,
  );
  const covered = new Set(rows.flatMap((row) => JSON.parse(row.approval_ids_json) as readonly string[]));
  const missing = pending.filter(({ id }) => !covered.has(id)).map(({ id }) => id);
  if (missing.length === 0) return [];
  // Whether it can be changed is known once it has arrived.
  if (rows.some((row) => row.status === "sending" && row.sent_at === null)) return [];
  const row = rows.findLast((candidate) => canTakeMore(candidate, facts));
  if (row === undefined) return [{ kind: "create", destination, approvalIds: missing }];
  const known = JSON.parse(row.approval_ids_json) as readonly string[];
  return [{ kind: "extend", row, approvalIds: [...known, ...missing] }];
}

function canTakeMore(row: RequestMessageRow, facts: MessageFacts): boolean {
  if (row.sent_at === null) return true;
  return row.reference !== null && hasOpen(row, facts);
}

function hasOpen(row: RequestMessageRow, facts: MessageFacts): boolean {
  return listMessageApprovals(row, facts.asked).some(({ status }) => status === "pending");
}

/** `now` is the row with the requests that join it. */
function planMessage(
  facts: MessageFacts,
  row: RequestMessageRow,
  now: RequestMessageRow,
): readonly MessageChange[] {
  if (row.status === "sending") return [];
  const isOpen = hasOpen(now, facts);
  const isNews = hashMessage(now, facts) !== row.tried_hash;
  if (row.sent_at === null) {
    if (!isOpen) return [{ kind: "withdraw", row }];
    return row.status === "failed" && isNews ? [{ kind: "send", row }] : [];
  }
  if (row.status !== "delivered" && row.status !== "failed") return [];
  if (row.reference === null) return isOpen ? [] : [{ kind: "close", row }];
  if (isNews) return [{ kind: "send", row }];
  const isOver = listMessageApprovals(now, facts.asked).every((approval) => isSettled(approval, facts.asked));
  return isOver ? [{ kind: "close", row }] : [];
}
