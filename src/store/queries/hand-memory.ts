import type { JsonValue } from "../../core/index.ts";
import type { Store } from "../store.ts";

/** What a hand remembers under these keys; a key that it has not set is left out. */
export async function readMemoryValues(
  store: Pick<Store, "db">,
  handName: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, JsonValue>> {
  if (keys.length === 0) return new Map();
  const rows = await store.db
    .selectFrom("hand_memory")
    .select(["key", "value_json"])
    .where("hand_name", "=", handName)
    .where("key", "in", keys)
    .execute();
  return new Map(rows.map((row) => [row.key, JSON.parse(row.value_json) as JsonValue]));
}
