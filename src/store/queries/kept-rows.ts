import type { Store } from "../store.ts";

/** Counting reads each row it counts: beyond this a page would wait for it. */
const MOST_COUNTED = 1_000_000;

/** How many executions and events are kept, each counted up to a million. */
export async function countKept(
  source: Pick<Store, "db">,
): Promise<{ readonly executionCount: number; readonly eventCount: number }> {
  const [executionCount, eventCount] = await Promise.all([
    countUpTo(source, "hand_executions"),
    countUpTo(source, "events"),
  ]);
  return { executionCount, eventCount };
}

async function countUpTo(source: Pick<Store, "db">, table: "hand_executions" | "events"): Promise<number> {
  const row = await source.db
    .selectFrom(source.db.selectFrom(table).select("id").limit(MOST_COUNTED).as("kept"))
    .select((select) => select.fn.countAll<number | string>().as("count"))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}
