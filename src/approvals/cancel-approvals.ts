import type { ApprovalRow, StoreTransaction } from "../store/index.ts";
import { listAskedOf } from "../store/index.ts";
import { resolveApproval } from "./resolve-approval.ts";

/**
 * Withdraws what an execution still asks, because it ends: its calls that awaited a decision are denied, what is not known stays unknown.
 * The caller holds the execution's row. Returns the requests that it withdrew.
 */
export async function cancelPendingApprovals(
  transaction: StoreTransaction,
  executionId: string,
  reason: string,
): Promise<readonly ApprovalRow[]> {
  const cancelled: ApprovalRow[] = [];
  for (const row of await listAskedOf(transaction, executionId)) {
    const resolution = {
      status: "cancelled",
      by: "runtime",
      via: "runtime",
      note: reason,
      condition: { openAt: null },
    } as const;
    const resolved = await resolveApproval(transaction, row, resolution, null);
    if (resolved !== null) cancelled.push(resolved);
  }
  return cancelled;
}
