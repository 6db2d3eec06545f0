import { HandsError } from "../../core/index.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** What is read whole at a start, which takes about a second; of a larger file the tables that decide what may run. */
const WHOLE_BYTES = 512_000_000;
const DECIDING_TABLES = ["schema_migrations", "runtime_state", "hands", "hand_states", "approval_queue"];

/** What a damaged database is told with. */
export const DAMAGED_HINT =
  "Stop everything that uses it, then `hands restore BACKUP --replace` puts a backup in its place and keeps this one beside it; `sqlite3 FILE .recover` may save the rest.";

/**
 * Refuses a file whose pages contradict each other: whoever works on it loses more. SQLite keeps no checksums of its pages, so a changed
 * letter inside a text is not found. Throws: `store_failed`, and SQLite's own errors.
 */
export function assertSound({ database, path }: SqliteConnection, wholeBytes = WHOLE_BYTES): void {
  const readNumber = (pragma: string) => Number(database.pragma(pragma, { simple: true }));
  const byteLength = readNumber("page_count") * readNumber("page_size");
  const isKnown = database.prepare("SELECT count(*) FROM sqlite_schema WHERE name = ?").pluck();
  const checks =
    byteLength <= wholeBytes
      ? ["quick_check(1)"]
      : DECIDING_TABLES.filter((table) => isKnown.get(table) === 1).map((table) => `quick_check(${table})`);
  for (const check of checks) {
    const verdict = String(database.pragma(check, { simple: true }));
    if (verdict === "ok") continue;
    throw new HandsError(
      "store_failed",
      `The database ${path} is damaged: ${verdict.replaceAll("\n", " ")}`,
      {
        hint: DAMAGED_HINT,
        details: { path, databaseCode: "SQLITE_CORRUPT" },
      },
    );
  }
  // The pages that it read, up to 16 MB of them, are not those that the work will ask for.
  database.pragma("shrink_memory");
}
