import type { Store, StoreTransaction } from "../store.ts";

/** A small fact of the whole project, or null where it is not known yet. */
export async function readRuntimeValue(
  source: Pick<Store | StoreTransaction, "db">,
  key: string,
): Promise<string | null> {
  const row = await source.db
    .selectFrom("runtime_state")
    .select("value")
    .where("key", "=", key)
    .executeTakeFirst();
  return row?.value ?? null;
}

/** Until the end of the transaction nobody else gets past this with the same key. */
export async function lockRuntimeValue(transaction: StoreTransaction, key: string): Promise<void> {
  await transaction.db
    .insertInto("runtime_state")
    .values({ key, value: "", updated_at: transaction.nowMs })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ updated_at: transaction.nowMs }))
    .execute();
}

/** Sets a fact where it still is what was read (null: not there yet). False where another process was faster. */
export async function changeRuntimeValue(
  transaction: StoreTransaction,
  key: string,
  before: string | null,
  value: string,
): Promise<boolean> {
  const change = { value, updated_at: transaction.nowMs };
  if (before === null) {
    const inserted = await transaction.db
      .insertInto("runtime_state")
      .values({ key, ...change })
      .onConflict((conflict) => conflict.doNothing())
      .returning("key")
      .executeTakeFirst();
    return inserted !== undefined;
  }
  const updated = await transaction.db
    .updateTable("runtime_state")
    .set(change)
    .where("key", "=", key)
    .where("value", "=", before)
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}
