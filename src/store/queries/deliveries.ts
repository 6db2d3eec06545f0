import type { Selectable } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { DeliveriesTable } from "../tables.ts";

/** A row of `deliveries`. */
export type DeliveryRow = Selectable<DeliveriesTable>;

/** Deliveries that may be tried now, the longest due first; those that a dead process was sending among them. */
export async function findDueDeliveries(
  source: Pick<Store, "db">,
  nowMs: number,
  limit: number,
  executionId?: string,
): Promise<readonly { readonly id: string }[]> {
  let query = source.db
    .selectFrom("deliveries")
    .select("id")
    .where((builder) =>
      builder.or([
        builder.and([
          builder("status", "in", ["pending", "retrying"]),
          builder("next_attempt_at", "<=", nowMs),
        ]),
        builder.and([builder("status", "=", "sending"), builder("lease_until", "<", nowMs)]),
      ]),
    );
  if (executionId !== undefined) query = query.where("execution_id", "=", executionId);
  return await query.orderBy("next_attempt_at").orderBy("id").limit(limit).execute();
}

/** The instant at which the next delivery wants an attempt, or null. */
export async function findNextDelivery(source: Pick<Store, "db">): Promise<number | null> {
  const row = await source.db
    .selectFrom("deliveries")
    .select((builder) => [
      builder.fn.min("next_attempt_at").filterWhere("status", "in", ["pending", "retrying"]).as("waiting"),
      builder.fn.min("lease_until").filterWhere("status", "=", "sending").as("sending"),
    ])
    .where("status", "in", ["pending", "retrying", "sending"])
    .executeTakeFirst();
  const instants = [row?.waiting, row?.sending].filter((instant) => typeof instant === "number");
  return instants.length === 0 ? null : Math.min(...instants);
}

/** Takes a delivery for one attempt; null where somebody else has it or it is done. */
export async function claimDelivery(
  transaction: StoreTransaction,
  id: string,
  nodeId: string,
  leaseUntil: number,
): Promise<{ readonly row: DeliveryRow; readonly completedAt: number } | null> {
  const row = await transaction.db
    .updateTable("deliveries")
    .set((builder) => ({
      status: "sending",
      attempts: builder("attempts", "+", 1),
      lease_owner: nodeId,
      lease_until: leaseUntil,
    }))
    .where("id", "=", id)
    .where((builder) =>
      builder.or([
        builder.and([
          builder("status", "in", ["pending", "retrying"]),
          builder("next_attempt_at", "<=", transaction.nowMs),
        ]),
        builder.and([builder("status", "=", "sending"), builder("lease_until", "<", transaction.nowMs)]),
      ]),
    )
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
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
  outcome: {
    readonly status: "delivered" | "retrying" | "failed";
    readonly result: string | null;
    readonly error: string | null;
    readonly nextAttemptAt: number | null;
  },
): Promise<boolean> {
  const recorded = await transaction.db
    .updateTable("deliveries")
    .set({
      status: outcome.status,
      result: outcome.result,
      error: outcome.error,
      next_attempt_at: outcome.nextAttemptAt,
      completed_at: outcome.status === "retrying" ? null : transaction.nowMs,
      lease_owner: null,
      lease_until: null,
    })
    .where("id", "=", row.id)
    .where("status", "=", "sending")
    .where("attempts", "=", row.attempts)
    .executeTakeFirst();
  if (recorded.numUpdatedRows === 0n) return false;
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
