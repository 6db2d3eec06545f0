import { forUpdate } from "../for-update.ts";
import type { StoreTransaction } from "../store.ts";

/** The key in `runtime_state` of the instant at which a sweeper was last alive, in epoch milliseconds. */
export const LAST_ALIVE_KEY = "last_alive_at";

/** The stamp, locked until the transaction ends; null where there is none yet. */
export async function lockAliveStamp(transaction: StoreTransaction): Promise<number | null> {
  const query = transaction.db.selectFrom("runtime_state").select("value").where("key", "=", LAST_ALIVE_KEY);
  const row = await forUpdate(transaction, query).executeTakeFirst();
  return row === undefined ? null : Number(row.value);
}

/** Sets the stamp to the transaction's instant, where it still is what was read. False where another process was faster. */
export async function setAliveStamp(transaction: StoreTransaction, before: number | null): Promise<boolean> {
  const { nowMs } = transaction;
  const stamp = { value: String(nowMs), updated_at: nowMs };
  if (before === null) {
    const inserted = await transaction.db
      .insertInto("runtime_state")
      .values({ key: LAST_ALIVE_KEY, ...stamp })
      .onConflict((conflict) => conflict.doNothing())
      .returning("key")
      .executeTakeFirst();
    return inserted !== undefined;
  }
  const updated = await transaction.db
    .updateTable("runtime_state")
    .set(stamp)
    .where("key", "=", LAST_ALIVE_KEY)
    .where("value", "=", String(before))
    .executeTakeFirst();
  return updated.numUpdatedRows === 1n;
}
