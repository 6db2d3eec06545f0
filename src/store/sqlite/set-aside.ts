import { existsSync, renameSync } from "node:fs";
import BetterSqlite3 from "better-sqlite3";
import { HandsError } from "../../core/index.ts";
import { findFreeName } from "./free-name.ts";
import { isBusy } from "./sqlite-errors.ts";

const SIDE_FILES = ["-wal", "-shm"];

/**
 * Renames a database and what lies beside it to `<file>.replaced`, or `.replaced-2` and so on, so that it can still be opened there. Returns
 * that path; null where there is none. Throws: `invalid_argument` while a process uses it.
 */
export function setAside(path: string): string | null {
  if (!existsSync(path)) {
    // A journal without its database: replayed into another one, it would destroy that.
    for (const side of SIDE_FILES) {
      if (existsSync(path + side)) renameSync(path + side, findFreeName(`${path}.replaced${side}`));
    }
    return null;
  }
  assertUnused(path);
  const aside = findFreeName(`${path}.replaced`);
  renameSync(path, aside);
  for (const side of SIDE_FILES) if (existsSync(path + side)) renameSync(path + side, aside + side);
  return aside;
}

/** Every process that works on a database has it open, which an exclusive lock tells; a file that is none is used by nobody. */
function assertUnused(path: string): void {
  let database: BetterSqlite3.Database | undefined;
  try {
    database = new BetterSqlite3(path, { fileMustExist: true, timeout: 0 });
    database.pragma("locking_mode = EXCLUSIVE");
    database.exec("BEGIN EXCLUSIVE; ROLLBACK");
  } catch (error) {
    if (!isBusy(error)) return;
    throw new HandsError("invalid_argument", `The database ${path} is in use.`, {
      hint: "Stop every process that uses it, then begin again.",
      cause: error,
    });
  } finally {
    database?.close();
  }
}
