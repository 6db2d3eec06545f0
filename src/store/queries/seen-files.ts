import { sha256 } from "../../core/index.ts";
import type { Store, StoreTransaction } from "../store.ts";

/*
 * Facts of `runtime_state`: one row says that a hand's glob is watched, and one for each file how it looked when it was seen.
 */

const WATCH = "file-trigger.watch:";
const FILE = "file-trigger.file:";
const ROWS_PER_STATEMENT = 200;

/** Which files a hand waits for. */
export interface FileWatchKey {
  readonly handName: string;
  readonly glob: string;
}

type Source = Pick<Store | StoreTransaction, "db">;

const watchKey = ({ handName, glob }: FileWatchKey) => `${WATCH}${handName}:${glob}`;
const filePrefix = (key: FileWatchKey) => `${FILE}${sha256(watchKey(key))}:`;

/** The watches that were begun for the hands of this folder. */
export async function listFileWatches(source: Source, handsDir: string): Promise<readonly FileWatchKey[]> {
  const rows = await source.db
    .selectFrom("runtime_state")
    .select("key")
    .where("key", "like", `${WATCH}%`)
    .where("value", "=", handsDir)
    .execute();
  return rows.map(({ key }) => {
    const colon = key.indexOf(":", WATCH.length);
    return { handName: key.slice(WATCH.length, colon), glob: key.slice(colon + 1) };
  });
}

/** Notes that a watch begins, with the files that are there. False where it began before. */
export async function beginFileWatch(
  transaction: StoreTransaction,
  key: FileWatchKey,
  handsDir: string,
  marks: ReadonlyMap<string, string>,
): Promise<boolean> {
  const begun = await transaction.db
    .insertInto("runtime_state")
    .values({ key: watchKey(key), value: handsDir, updated_at: transaction.nowMs })
    .onConflict((conflict) => conflict.doNothing())
    .returning("key")
    .executeTakeFirst();
  if (begun === undefined) return false;
  const rows = [...marks].map(([path, value]) => ({
    key: filePrefix(key) + path,
    value,
    updated_at: transaction.nowMs,
  }));
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await transaction.db
      .insertInto("runtime_state")
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      .execute();
  }
  return true;
}

/** Forgets a watch and what it saw. */
export async function endFileWatch(transaction: StoreTransaction, key: FileWatchKey): Promise<void> {
  await transaction.db.deleteFrom("runtime_state").where("key", "=", watchKey(key)).execute();
  await transaction.db
    .deleteFrom("runtime_state")
    .where("key", "like", `${filePrefix(key)}%`)
    .execute();
}

/** What was seen, by path. */
export async function listSeenFiles(source: Source, key: FileWatchKey): Promise<ReadonlyMap<string, string>> {
  const prefix = filePrefix(key);
  const rows = await source.db
    .selectFrom("runtime_state")
    .select(["key", "value"])
    .where("key", "like", `${prefix}%`)
    .execute();
  return new Map(rows.map((row) => [row.key.slice(prefix.length), row.value]));
}

/** Notes how a file looks. False where it was seen so already: another process was faster. */
export async function noteSeenFile(
  transaction: StoreTransaction,
  key: FileWatchKey,
  path: string,
  mark: string,
): Promise<boolean> {
  const noted = await transaction.db
    .insertInto("runtime_state")
    .values({ key: filePrefix(key) + path, value: mark, updated_at: transaction.nowMs })
    .onConflict((conflict) =>
      conflict
        .column("key")
        .doUpdateSet({ value: mark, updated_at: transaction.nowMs })
        .where("runtime_state.value", "!=", mark),
    )
    .returning("key")
    .executeTakeFirst();
  return noted !== undefined;
}

/** Forgets a file that is gone, where it is still as it was seen. */
export async function forgetSeenFile(
  transaction: StoreTransaction,
  key: FileWatchKey,
  path: string,
  mark: string,
): Promise<void> {
  await transaction.db
    .deleteFrom("runtime_state")
    .where("key", "=", filePrefix(key) + path)
    .where("value", "=", mark)
    .execute();
}
