import { HandsError } from "../../core/index.ts";
import type { Store, StoreTransaction } from "../store.ts";

/** Keys in `runtime_state`. They tell of one database and are never copied to another. */
const SOURCE_KEY = "transfer.source";
const TARGET_KEY = "transfer.target";
export const TRANSFER_KEYS = "transfer.%";

/** On a source: it takes no work, and this says where it went. */
export interface SourceMark {
  /** The migration. */
  readonly id: string;
  /** The target without a password. */
  readonly to: string;
  readonly startedAt: number;
  /** The stamp of the last sweeper when it was marked. A later one means that somebody worked on it all the same. */
  readonly lastAliveAt: number | null;
  readonly isComplete: boolean;
}

/** On a target: how far it is. Only a complete one takes work. */
export interface TargetMark {
  readonly id: string;
  readonly from: string;
  readonly phase: "copying" | "settling" | "complete";
  /** The table under way; null before the first. */
  readonly table: string | null;
  /** The key of the last row of it that is there. */
  readonly cursor: readonly unknown[] | null;
  /** Rows copied of each table that was begun. */
  readonly copied: Readonly<Record<string, number>>;
}

type Source = Pick<Store | StoreTransaction, "db">;

export async function readSourceMark(source: Source): Promise<SourceMark | null> {
  return (await readMark(source, SOURCE_KEY)) as SourceMark | null;
}

export async function readTargetMark(source: Source): Promise<TargetMark | null> {
  return (await readMark(source, TARGET_KEY)) as TargetMark | null;
}

export function putSourceMark(transaction: StoreTransaction, mark: SourceMark | null): Promise<void> {
  return putMark(transaction, SOURCE_KEY, mark);
}

export function putTargetMark(transaction: StoreTransaction, mark: TargetMark | null): Promise<void> {
  return putMark(transaction, TARGET_KEY, mark);
}

/**
 * Refuses a database that a migration has left, or has not filled yet.
 * Throws: `store_moved`.
 */
export async function assertTakesWork(store: Store): Promise<void> {
  const [source, target] = await Promise.all([readSourceMark(store), readTargetMark(store)]);
  if (source !== null) {
    throw new HandsError(
      "store_moved",
      source.isComplete
        ? `This database moved to ${source.to}, and takes no work any more.`
        : `This database is being moved to ${source.to}, and takes no work meanwhile.`,
      {
        hint: source.isComplete
          ? "Set db in hands.toml, HANDS_DB or DATABASE_URL to the new one."
          : "Run the same `hands migrate` again to go on with it, or with --abort to take it back.",
        details: { to: source.to },
      },
    );
  }
  if (target !== null && target.phase !== "complete") {
    throw new HandsError(
      "store_moved",
      `This database is being filled from ${target.from}, and is not whole.`,
      {
        hint: "Run the same `hands migrate` again to go on with it, or with --abort to empty it.",
        details: { from: target.from },
      },
    );
  }
}

async function readMark({ db }: Source, key: string): Promise<unknown> {
  const row = await db.selectFrom("runtime_state").select("value").where("key", "=", key).executeTakeFirst();
  return row === undefined ? null : JSON.parse(row.value);
}

async function putMark(
  { db, nowMs }: StoreTransaction,
  key: string,
  mark: SourceMark | TargetMark | null,
): Promise<void> {
  if (mark === null) {
    await db.deleteFrom("runtime_state").where("key", "=", key).execute();
    return;
  }
  const value = JSON.stringify(mark);
  await db
    .insertInto("runtime_state")
    .values({ key, value, updated_at: nowMs })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value, updated_at: nowMs }))
    .execute();
}
