import type { StoreTransaction } from "../store/index.ts";
import {
  appendEvent,
  findApproval,
  isHandPaused,
  resumeClocks,
  setAutoApproveStart,
  stopClocks,
} from "../store/index.ts";

/**
 * Starts the delay of a request that was made with `starts_on_delivery`, once it reached an approver's channel. Doing it again, or for
 * a request without a delay, changes nothing. Returns whether this call started it.
 */
export async function startAutoApproveClock(
  transaction: StoreTransaction,
  approvalId: string,
): Promise<boolean> {
  const row = await findApproval(transaction, approvalId);
  if (row === undefined) return false;
  const isPaused = await isHandPaused(transaction, row.hand_name);
  if (!(await setAutoApproveStart(transaction, approvalId, isPaused))) return false;
  transaction.notify({ kind: "approval", approvalId, executionId: row.execution_id });
  return true;
}

/** Makes the delays of a hand's requests, or of all (null), stand still. To be called in the transaction that pauses. */
export async function stopAutoApproveClocks(
  transaction: StoreTransaction,
  handName: string | null,
): Promise<void> {
  await noteClocks(transaction, "approval.clocks_stopped", handName, await stopClocks(transaction, handName));
}

/**
 * Lets the delays go on where they stood. To be called in the transaction that resumes, after it cleared the mark: what is still paused,
 * by itself or with the whole project, keeps standing still.
 */
export async function restartAutoApproveClocks(
  transaction: StoreTransaction,
  handName: string | null,
): Promise<void> {
  const count = await resumeClocks(transaction, handName);
  await noteClocks(transaction, "approval.clocks_restarted", handName, count);
}

async function noteClocks(
  transaction: StoreTransaction,
  type: string,
  handName: string | null,
  count: number,
): Promise<void> {
  if (count > 0) await appendEvent(transaction, { type, handName, data: { count } });
}
