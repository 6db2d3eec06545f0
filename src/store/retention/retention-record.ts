import { forUpdate } from "../for-update.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { CountByTable } from "./delete-executions.ts";

const LEASE_KEY = "retention.lease";
const RECORD_KEY = "retention.record";
const LEASE_MS = 60_000;

/** What pruning came to. */
export interface RetentionRecord {
  /** When it ended last. */
  readonly endedAt: number;
  readonly lastRemoved: CountByTable;
  /** Since ever. */
  readonly totalRemoved: CountByTable;
}

type Source = Pick<Store | StoreTransaction, "db">;

/** Null where nothing was pruned yet. */
export async function readRetentionRecord({ db }: Source): Promise<RetentionRecord | null> {
  const row = await db
    .selectFrom("runtime_state")
    .select("value")
    .where("key", "=", RECORD_KEY)
    .executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.value) as RetentionRecord);
}

/** Takes or renews the right to prune, for a minute. False where another process has it. */
export async function takeRetentionLease(store: Store, owner: string): Promise<boolean> {
  return await store.transaction(async (transaction) => {
    await transaction.db
      .insertInto("runtime_state")
      .values({
        key: LEASE_KEY,
        value: JSON.stringify({ owner: "", until: 0 }),
        updated_at: transaction.nowMs,
      })
      .onConflict((conflict) => conflict.column("key").doNothing())
      .execute();
    const query = transaction.db.selectFrom("runtime_state").select("value").where("key", "=", LEASE_KEY);
    const row = await forUpdate(transaction, query).executeTakeFirstOrThrow();
    const held = JSON.parse(row.value) as { owner: string; until: number };
    if (held.owner !== owner && held.until > transaction.nowMs) return false;
    await put(transaction, LEASE_KEY, { owner, until: transaction.nowMs + LEASE_MS });
    return true;
  });
}

/** Gives the right back, and records what was done. */
export async function endRetention(store: Store, removed: CountByTable): Promise<void> {
  await store.transaction(async (transaction) => {
    const before = await readRetentionRecord(transaction);
    const total: Record<string, number> = { ...before?.totalRemoved };
    for (const [table, count] of Object.entries(removed)) total[table] = (total[table] ?? 0) + count;
    const record: RetentionRecord = { endedAt: transaction.nowMs, lastRemoved: removed, totalRemoved: total };
    await put(transaction, RECORD_KEY, record);
    await put(transaction, LEASE_KEY, { owner: "", until: 0 });
  });
}

async function put({ db, nowMs }: StoreTransaction, key: string, content: object): Promise<void> {
  const value = JSON.stringify(content);
  await db
    .insertInto("runtime_state")
    .values({ key, value, updated_at: nowMs })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value, updated_at: nowMs }))
    .execute();
}
