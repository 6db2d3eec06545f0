import { forUpdate } from "../for-update.ts";
import type { StoreTransaction } from "../store.ts";
import { changeRuntimeValue } from "./runtime-values.ts";

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
  return await changeRuntimeValue(
    transaction,
    LAST_ALIVE_KEY,
    before === null ? null : String(before),
    String(transaction.nowMs),
  );
}
