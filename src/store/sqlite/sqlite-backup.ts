import { closeSync, existsSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { HandsError, syncFolder } from "../../core/index.ts";
import { RESTORED_KEY } from "../transfer/restored-mark.ts";
import { SqliteConnection } from "./sqlite-connection.ts";

const FILE_MODE = 0o600;

/**
 * Copies the committed state of a database to a new file while others go on writing, and checks the copy. The file has its name
 * only once it is whole. Throws: `invalid_argument` when the file exists, `store_failed` when the copy is not sound.
 */
export async function backUpSqlite(source: SqliteConnection, path: string): Promise<void> {
  reserve(path);
  const partial = `${path}.partial`;
  try {
    rmSync(partial, { force: true });
    closeSync(openSync(partial, "wx", FILE_MODE));
    await copy(source, partial);
    check(partial, path);
    renameSync(partial, path);
    syncFolder(dirname(path));
  } catch (error) {
    for (const left of [partial, `${partial}-wal`, `${partial}-shm`, path]) rmSync(left, { force: true });
    throw error;
  }
}

function reserve(path: string): void {
  if (existsSync(path)) {
    throw new HandsError("invalid_argument", `The file ${path} exists already.`, {
      hint: "Choose a new name; a backup overwrites nothing.",
    });
  }
  closeSync(openSync(path, "wx", FILE_MODE));
}

/** A read transaction holds one state for the whole copy; without it each commit of others would start the copy anew. */
async function copy(source: SqliteConnection, target: string): Promise<void> {
  if (source.database.memory) {
    await source.database.backup(target);
    return;
  }
  const snapshot = new SqliteConnection({ path: source.path, isReadOnly: true });
  try {
    snapshot.run("BEGIN");
    snapshot.database.prepare("SELECT count(*) FROM sqlite_schema").get();
    await snapshot.database.backup(target);
  } finally {
    snapshot.close();
  }
}

function check(copied: string, path: string): void {
  const connection = new SqliteConnection({ path: copied, isReadOnly: false });
  try {
    const verdict = String(connection.database.pragma("integrity_check", { simple: true }));
    if (verdict !== "ok") {
      throw new HandsError("store_failed", `The backup ${path} is damaged: ${verdict}`, {
        hint: "The database itself may be damaged; run `hands doctor`.",
      });
    }
    // What is written last syncs the whole file.
    connection.database.pragma("synchronous = FULL");
    markAsCopy(connection);
    // One file without side files, which can be carried elsewhere.
    connection.database.pragma("journal_mode = DELETE");
  } finally {
    connection.close();
  }
}

/** Whoever works on the copy one day finds it older than the world, and is to know. */
function markAsCopy({ database }: SqliteConnection): void {
  database
    .prepare("INSERT OR REPLACE INTO runtime_state (key, value, updated_at) VALUES (?, '1', 0)")
    .run(RESTORED_KEY);
}
