import type { JsonValue } from "../core/index.ts";
import type { HandMemory } from "../tools/index.ts";
import { writeFenced } from "./fenced-write.ts";
import type { RunContext } from "./run-context.ts";

/**
 * What a hand remembers, in the store's `hand_memory`. The newest writer wins, unless its process has lost the execution: `set` throws
 * `lease_lost` then.
 */
export function createHandMemory(run: Pick<RunContext, "parts" | "lease" | "row">): HandMemory {
  const { store, redactor } = run.parts;
  const handName = run.row.hand_name;
  return {
    async get(key) {
      const row = await store.db
        .selectFrom("hand_memory")
        .select("value_json")
        .where("hand_name", "=", handName)
        .where("key", "=", key)
        .executeTakeFirst();
      return row === undefined ? undefined : (JSON.parse(row.value_json) as JsonValue);
    },
    async set(key, value) {
      await writeFenced(run.parts, run.lease, false, async (transaction) => {
        // It is shown to models and to people, later and elsewhere.
        const change = { value_json: JSON.stringify(redactor.value(value)), updated_at: transaction.nowMs };
        await transaction.db
          .insertInto("hand_memory")
          .values({ hand_name: handName, key, ...change })
          .onConflict((conflict) => conflict.columns(["hand_name", "key"]).doUpdateSet(change))
          .execute();
      });
    },
    async list(prefix) {
      const rows = await store.db
        .selectFrom("hand_memory")
        .select(["key", "value_json"])
        .where("hand_name", "=", handName)
        .orderBy("key")
        .execute();
      return rows
        .filter((row) => row.key.startsWith(prefix))
        .map((row) => ({ key: row.key, value: JSON.parse(row.value_json) as JsonValue }));
    },
  };
}
