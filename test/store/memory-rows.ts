import type { Store, StoreTransaction } from "../../src/store/index.ts";

/** The simplest thing to write: a hand that remembers a key. */
export async function remember(
  { db, nowMs }: StoreTransaction,
  key: string,
  handName = "scout",
): Promise<void> {
  await db
    .insertInto("hand_memory")
    .values({ hand_name: handName, key, value_json: "1", updated_at: nowMs })
    .execute();
}

/** What is remembered and committed, by key. */
export async function listKeys({ db }: Pick<Store, "db">, handName = "scout"): Promise<string[]> {
  const rows = await db
    .selectFrom("hand_memory")
    .select("key")
    .where("hand_name", "=", handName)
    .orderBy("key")
    .execute();
  return rows.map(({ key }) => key);
}
