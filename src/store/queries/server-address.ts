import type { Store, StoreTransaction } from "../store.ts";

const KEY = "server.url";

/** Notes where the server was reached last, for commands that print links to it. */
export async function putServerUrl(transaction: StoreTransaction, url: string): Promise<void> {
  await transaction.db
    .insertInto("runtime_state")
    .values({ key: KEY, value: url, updated_at: transaction.nowMs })
    .onConflict((conflict) =>
      conflict.column("key").doUpdateSet({ value: url, updated_at: transaction.nowMs }),
    )
    .execute();
}

/** Where the server was reached last, or null where none ran yet. */
export async function findServerUrl(source: Pick<Store, "db">): Promise<string | null> {
  const row = await source.db
    .selectFrom("runtime_state")
    .select("value")
    .where("key", "=", KEY)
    .executeTakeFirst();
  return row?.value ?? null;
}
