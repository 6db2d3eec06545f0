import type { ApprovalRequestInput } from "../approvals/index.ts";
import { requestApproval } from "../approvals/index.ts";
import { pauseWithin } from "../registry/index.ts";
import type { ApprovalRow, StoreTransaction } from "../store/index.ts";
import { appendEvent, countRecentRequests, isHandPaused, withholdApproval } from "../store/index.ts";
import type { RunContext } from "./run-context.ts";

/** The stretch of time that `max_requests_per_day` bounds. */
const DAY_MS = 86_400_000;

/**
 * Asks for a decision, as far as the hand may ask people. Beyond its bound a request is recorded and kept from channels, and the hand is
 * paused, which says why. Once somebody resumes it, the bound begins anew.
 */
export async function askApproval(
  run: RunContext,
  transaction: StoreTransaction,
  request: ApprovalRequestInput,
): Promise<ApprovalRow> {
  const { autoApproveClock = "starts_now" } = run.parts;
  const row = await requestApproval(transaction, { ...request, autoApproveClock });
  if (row.status !== "pending" || !(await mustWithhold(run, transaction, row.id))) return row;
  return await withholdApproval(transaction, row.id);
}

async function mustWithhold(
  run: RunContext,
  transaction: StoreTransaction,
  approvalId: string,
): Promise<boolean> {
  const handName = run.row.hand_name;
  const bound = run.today.limits.maxRequestsPerDay;
  const afterMs = transaction.nowMs - DAY_MS;
  const recent = await countRecentRequests(transaction, { handName, afterMs, exceptId: approvalId });
  if (recent.lastWithheldAt !== null && (await isHandPaused(transaction, handName))) return true;
  if (recent.count < bound) return false;
  const note = `it asked ${recent.count} times in 24 hours, and max_requests_per_day is ${bound}`;
  await pauseWithin(transaction, handName, { by: "runtime", note });
  await appendEvent(transaction, {
    type: "hand.asks_too_much",
    handName,
    executionId: run.row.id,
    isAudited: true,
    data: { count: recent.count, bound },
  });
  return true;
}
