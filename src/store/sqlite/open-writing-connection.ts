import { retryTransient } from "../retry.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { isBusy } from "./sqlite-errors.ts";
import { prepareDatabaseFile } from "./sqlite-files.ts";
import type { SqliteParts } from "./sqlite-parts.ts";
import { BUSY_LIMIT_MS, MEMORY_PATH } from "./sqlite-parts.ts";

/** Pages of the journal after which it is written back, 16 MB: a commit changes a dozen, mostly the same ones as the last. */
const PAGES_BETWEEN_CHECKPOINTS = 4_000;

/**
 * The connection that writes, on a file that is made when it is missing. A commit that returned is on the disk: an intent that a
 * power cut forgets is an effect that happens twice.
 */
export async function openWritingConnection({
  path,
  clock,
  random,
}: Pick<SqliteParts, "path" | "clock" | "random">): Promise<SqliteConnection> {
  if (path !== MEMORY_PATH) prepareDatabaseFile(path);
  const connection = new SqliteConnection({ path, isReadOnly: false });
  try {
    // Changing the journal's mode needs the file for a moment, and SQLite does not wait for it by itself.
    await retryTransient(() => connection.database.pragma("journal_mode = WAL"), {
      clock,
      random,
      isTransient: isBusy,
      limitMs: BUSY_LIMIT_MS,
    });
    connection.database.pragma("synchronous = FULL");
    connection.database.pragma(`wal_autocheckpoint = ${PAGES_BETWEEN_CHECKPOINTS}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
