import type { ExecutionRow, StoreTransaction } from "../store/index.ts";
import { appendExecutionEvent, forUpdate, isOpen } from "../store/index.ts";
import { endExecution } from "./end-execution.ts";
import type { StartParts } from "./start-execution.ts";

/** Asks the process that runs it to end it. */
export async function requestCancel(
  transaction: StoreTransaction,
  row: ExecutionRow,
  by: string,
): Promise<void> {
  await transaction.db
    .updateTable("hand_executions")
    .set({ cancel_requested_at: transaction.nowMs, cancel_requested_by: by })
    .where("id", "=", row.id)
    .where("cancel_requested_at", "is", null)
    .execute();
  await appendExecutionEvent(transaction, row, "execution.cancel_requested", { by }, true);
  transaction.notify({ kind: "cancel", executionId: row.id });
}

/**
 * Overlap `cancel`: what runs is asked to end, what sleeps ends here; what waits for a human is spared. Gives how many have still to end.
 */
export async function cancelOthers(
  parts: StartParts,
  transaction: StoreTransaction,
  row: ExecutionRow,
): Promise<number> {
  const others = await forUpdate(
    transaction,
    transaction.db
      .selectFrom("hand_executions")
      .selectAll()
      .where("hand_name", "=", row.hand_name)
      .where(isOpen)
      .where("id", "!=", row.id)
      .where((builder) =>
        builder.or([
          builder("status", "=", "running"),
          builder.and([builder("status", "=", "waiting"), builder("reason", "in", ["sleep", "budget"])]),
        ]),
      ),
  ).execute();
  for (const other of others) {
    if (other.status === "running") {
      await requestCancel(transaction, other, "overlap");
      continue;
    }
    await endExecution(parts, transaction, other, {
      outcome: "cancelled",
      reason: "overlap",
      output: other.output,
      error: { code: "cancelled", message: "a newer fire took its place (overlap = cancel)" },
      deliveries: [],
      retryAt: null,
    });
  }
  return others.filter((other) => other.status === "running").length;
}
