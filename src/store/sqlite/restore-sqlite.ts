import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { Clock, Logger } from "../../core/index.ts";
import { HandsError, syncFolder } from "../../core/index.ts";
import { setAside } from "./set-aside.ts";
import { toSqliteStoreError } from "./sqlite-errors.ts";
import { makeFolders } from "./sqlite-files.ts";
import { openSqliteStore } from "./sqlite-store.ts";

/** What is put where. */
export interface RestoreOptions {
  /** A file that a backup wrote. It stays as it is. */
  readonly backup: string;
  /** Where the database is to be. */
  readonly path: string;
  /** Sets a database that is there aside, instead of refusing. */
  readonly isReplacing: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Copies a backup to where a database is to be, checks the copy, and only then gives it its name. Whoever works on it first finds everything
 * paused, and what was under way asked about. Returns where the database that was there is now, or null.
 * Throws: `invalid_argument` for one that is there or in use, `store_failed` for a damaged backup, `store_too_new`.
 */
export async function restoreSqlite(options: RestoreOptions): Promise<string | null> {
  const { backup, path, isReplacing, clock, logger } = options;
  if (!existsSync(backup)) throw new HandsError("invalid_argument", `There is no backup ${backup}.`);
  if (existsSync(path) && !isReplacing) {
    throw new HandsError("invalid_argument", `There is a database ${path} already.`, {
      hint: "With --replace it is kept beside the new one; or name another place with --db.",
    });
  }
  try {
    makeFolders(dirname(path));
    const copy = `${path}.restoring`;
    for (const left of [copy, `${copy}.partial`]) rmSync(left, { force: true });
    const source = await openSqliteStore({ path: backup, clock, logger, readOnly: true });
    try {
      await source.backup(copy);
    } finally {
      await source.close();
    }
    const aside = setAside(path);
    renameSync(copy, path);
    syncFolder(dirname(path));
    return aside;
  } catch (error) {
    rmSync(`${path}.restoring`, { force: true });
    throw toSqliteStoreError(error, backup);
  }
}
