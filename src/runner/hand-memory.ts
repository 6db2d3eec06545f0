import type { JsonValue } from "../core/index.ts";
import { findOutsideEntry } from "../store/index.ts";
import type { HandMemory } from "../tools/index.ts";
import { writeFenced } from "./fenced-write.ts";
import type { RunContext } from "./run-context.ts";
import type { CallOrigin } from "./tool-context.ts";

/**
 * What a hand remembers, in the store's `hand_memory`. The newest writer wins, unless its process has lost the execution: `set` throws
 * `lease_lost` then. What is remembered after something from outside entered is itself from outside, in whatever execution it is read.
 */
export function createHandMemory(
  run: Pick<RunContext, "parts" | "lease" | "row">,
  origin: CallOrigin,
): HandMemory {
  const { store, redactor } = run.parts;
  const handName = run.row.hand_name;
  const read = (row: { readonly value_json: string; readonly is_untrusted: number }): JsonValue => {
    if (row.is_untrusted === 1) origin.isOutside = true;
    return JSON.parse(row.value_json) as JsonValue;
  };
  return {
    async get(key) {
      const row = await store.db
        .selectFrom("hand_memory")
        .select(["value_json", "is_untrusted"])
        .where("hand_name", "=", handName)
        .where("key", "=", key)
        .executeTakeFirst();
      return row === undefined ? undefined : read(row);
    },
    async set(key, value) {
      await writeFenced(run.parts, run.lease, false, async (transaction) => {
        const isOutside = origin.isOutside || (await findOutsideEntry(transaction, run.row.id)) !== null;
        const change = {
          // It is shown to models and to people, later and elsewhere.
          value_json: JSON.stringify(redactor.value(value)),
          updated_at: transaction.nowMs,
          is_untrusted: isOutside ? 1 : 0,
        };
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
        .select(["key", "value_json", "is_untrusted"])
        .where("hand_name", "=", handName)
        .orderBy("key")
        .execute();
      return rows
        .filter((row) => row.key.startsWith(prefix))
        .map((row) => ({ key: row.key, value: read(row) }));
    },
  };
}
