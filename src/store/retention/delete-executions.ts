import { forUpdate } from "../for-update.ts";
import type { Store } from "../store.ts";
import type { ExecutionParts } from "./execution-parts.ts";
import { deleteParts, selectParts } from "./execution-parts.ts";
import { withoutOpenEnds } from "./find-prunable-executions.ts";

/** Rows by the name of their table. */
export type RowsByTable = Readonly<Record<string, readonly object[]>>;
/** How many rows, by the name of their table. */
export type CountByTable = Readonly<Record<string, number>>;

/** Small enough that nobody waits long for the transaction. */
const PER_TRANSACTION = 25;

/** Removes ended executions with all of their parts, in short transactions. Those that something has happened to meanwhile stay. */
export async function deleteExecutions(
  store: Store,
  parts: ExecutionParts,
  ids: readonly string[],
): Promise<CountByTable> {
  const removed: Record<string, number> = {};
  const add = (table: string, count: number) => {
    if (count > 0) removed[table] = (removed[table] ?? 0) + count;
  };
  for (let start = 0; start < ids.length; start += PER_TRANSACTION) {
    const some = ids.slice(start, start + PER_TRANSACTION);
    const counts = await store.transaction(async (transaction) => {
      const query = transaction.db
        .selectFrom("hand_executions")
        .select("id")
        .where("id", "in", some)
        .where("status", "=", "ended")
        .$call(withoutOpenEnds);
      const going = (await forUpdate(transaction, query).execute()).map(({ id }) => id);
      if (going.length === 0) return [];
      const deleted: [string, number][] = [];
      // Parts of requests first: they are found through the requests.
      for (const table of [...parts.byApproval, ...parts.byExecution]) {
        deleted.push([table, await deleteParts(transaction, parts, table, going)]);
      }
      await transaction.db.deleteFrom("hand_executions").where("id", "in", going).execute();
      return [...deleted, ["hand_executions", going.length] as const];
    });
    for (const [table, count] of counts) add(table, count);
  }
  return removed;
}

/** Executions with all of their parts, as an archive keeps them. */
export async function readWholeExecutions(
  store: Pick<Store, "db">,
  parts: ExecutionParts,
  ids: readonly string[],
): Promise<RowsByTable> {
  const whole: Record<string, readonly object[]> = {
    hand_executions: await store.db
      .selectFrom("hand_executions")
      .selectAll()
      .where("id", "in", [...ids])
      .execute(),
  };
  for (const table of [...parts.byExecution, ...parts.byApproval]) {
    whole[table] = await selectParts(store, parts, table, ids).selectAll().execute();
  }
  return whole;
}

/** How many rows their going would remove. */
export async function countWholeExecutions(
  store: Pick<Store, "db">,
  parts: ExecutionParts,
  ids: readonly string[],
): Promise<CountByTable> {
  const counts: Record<string, number> = { hand_executions: ids.length };
  for (const table of [...parts.byExecution, ...parts.byApproval]) {
    const row = await selectParts(store, parts, table, ids)
      .select((select) => select.fn.countAll<number | string>().as("count"))
      .executeTakeFirst();
    const count = Number(row?.count ?? 0);
    if (count > 0) counts[table] = count;
  }
  return counts;
}
