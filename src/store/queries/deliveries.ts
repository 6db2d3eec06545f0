import type { Selectable } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { DeliveriesTable } from "../tables.ts";
import type { SendingOutcome } from "./sendings.ts";
import { claimSending, recordSending } from "./sendings.ts";

/** A row of `deliveries`. */
export type DeliveryRow = Selectable<DeliveriesTable>;

/** Takes a delivery for one attempt; null where somebody else has it or it is done. */
export async function claimDelivery(
  transaction: StoreTransaction,
  id: string,
  lease: { readonly nodeId: string; readonly until: number },
): Promise<{ readonly row: DeliveryRow; readonly completedAt: number } | null> {
  if (!(await claimSending(transaction, "deliveries", id, lease))) return null;
  const row = await transaction.db
    .selectFrom("deliveries")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  const execution = await transaction.db
    .selectFrom("hand_executions")
    .select("completed_at")
    .where("id", "=", row.execution_id)
    .executeTakeFirst();
  return { row, completedAt: execution?.completed_at ?? row.created_at };
}

/** Writes down what an attempt came to; false where another process has taken the delivery meanwhile. */
export async function recordDelivery(
  transaction: StoreTransaction,
  row: DeliveryRow,
  outcome: SendingOutcome & { readonly result: string | null },
): Promise<boolean> {
  if (!(await recordSending(transaction, "deliveries", row, outcome))) return false;
  const completedAt = outcome.status === "retrying" ? null : transaction.nowMs;
  await transaction.db
    .updateTable("deliveries")
    .set({ result: outcome.result, completed_at: completedAt })
    .where("id", "=", row.id)
    .execute();
  if (outcome.status === "delivered" && outcome.result !== null) {
    await addGeneratedFile(transaction, row.execution_id, outcome.result);
  }
  return true;
}

async function addGeneratedFile(
  transaction: StoreTransaction,
  executionId: string,
  path: string,
): Promise<void> {
  const execution = await transaction.db
    .selectFrom("hand_executions")
    .select("files_generated_json")
    .where("id", "=", executionId)
    .executeTakeFirst();
  if (execution === undefined) return;
  const files = JSON.parse(execution.files_generated_json) as string[];
  if (files.includes(path)) return;
  await transaction.db
    .updateTable("hand_executions")
    .set({ files_generated_json: JSON.stringify([...files, path]) })
    .where("id", "=", executionId)
    .execute();
}

/** The deliveries of an execution, oldest first. */
export async function listDeliveries(
  source: Pick<Store, "db">,
  executionId: string,
): Promise<readonly DeliveryRow[]> {
  return await source.db
    .selectFrom("deliveries")
    .selectAll()
    .where("execution_id", "=", executionId)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
}
