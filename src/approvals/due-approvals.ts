import type { ApprovalRow, Store } from "../store/index.ts";
import { findOutsideEntry, isHandPaused } from "../store/index.ts";
import type { AliveStamp } from "./alive-stamp.ts";
import { closeIfOver } from "./decide-approval.ts";
import { isHumansOnly, withdrawAutoApproval } from "./outside-content.ts";
import type { OnExpired, Wake } from "./resolve-approval.ts";
import { lockApproval, resolveApproval } from "./resolve-approval.ts";

/** Expires a request that is past its expiry. False where it was resolved meanwhile. */
export async function expireApproval(
  store: Store,
  approvalId: string,
  wake: Wake,
  onExpired?: OnExpired,
): Promise<boolean> {
  return await store.transaction(async (transaction) => {
    const locked = await lockApproval(transaction, approvalId);
    if (locked.row.status !== "pending") return false;
    return (await closeIfOver(transaction, locked, wake, onExpired)) !== null;
  });
}

/** What has to hold in the very transaction of an automatic approval. */
export interface AutoApproveConditions {
  readonly stamp: AliveStamp;
  readonly isAllowed: (row: ApprovalRow) => boolean;
}

/**
 * Approves a request in the runtime's name, where its delay is over, its clock runs, its hand is not paused, the operator allows it, and
 * nobody was away. What expires at the same instant expires. A destructive tool of an execution that something from outside has entered is
 * left to humans instead. False where any of that does not hold.
 */
export async function autoApprove(
  store: Store,
  approvalId: string,
  conditions: AutoApproveConditions,
  wake: Wake,
  onExpired?: OnExpired,
): Promise<boolean> {
  return await store.transaction(async (transaction) => {
    const locked = await lockApproval(transaction, approvalId);
    const { row } = locked;
    if (row.status !== "pending" || row.kind !== "approval") return false;
    if ((await closeIfOver(transaction, locked, wake, onExpired)) !== null) return false;
    if (!conditions.isAllowed(row) || (await isHandPaused(transaction, row.hand_name))) return false;
    if (!(await conditions.stamp.isFresh(transaction))) return false;
    const entry = row.execution_id === null ? null : await findOutsideEntry(transaction, row.execution_id);
    if (isHumansOnly(row, entry)) {
      await withdrawAutoApproval(transaction, row, entry);
      return false;
    }
    const { nowMs } = transaction;
    const resolved = await resolveApproval(
      transaction,
      row,
      {
        status: "auto_approved",
        by: "runtime",
        via: "runtime",
        note: null,
        condition: { openAt: nowMs, argsHash: row.args_hash, autoApproveDueAt: nowMs },
      },
      wake,
    );
    return resolved !== null;
  });
}
