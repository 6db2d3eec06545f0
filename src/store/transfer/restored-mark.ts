import { forUpdate } from "../for-update.ts";
import type { Store, StoreTransaction } from "../store.ts";

/** Set in the copy that a backup writes: whoever works on it first has to settle it. */
export const RESTORED_KEY = "transfer.restored";

/** Is this a copy of another database, on which nobody has worked yet? */
export async function isRestored({ db }: Pick<Store | StoreTransaction, "db">): Promise<boolean> {
  return (await selectMark(db).executeTakeFirst()) !== undefined;
}

/** The same, with the mark locked until the transaction ends. */
export async function lockRestoredMark(transaction: StoreTransaction): Promise<boolean> {
  return (await forUpdate(transaction, selectMark(transaction.db)).executeTakeFirst()) !== undefined;
}

export async function removeRestoredMark({ db }: StoreTransaction): Promise<void> {
  await db.deleteFrom("runtime_state").where("key", "=", RESTORED_KEY).execute();
}

function selectMark(db: Store["db"]) {
  return db.selectFrom("runtime_state").select("key").where("key", "=", RESTORED_KEY);
}
