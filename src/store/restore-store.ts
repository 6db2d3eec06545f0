import type { RestoreOptions } from "./sqlite/restore-sqlite.ts";

export type { RestoreOptions };

/** Puts a backup in the place of a SQLite database; {@link RestoreOptions} say how. Returns where the one that was there is now, or null. */
export async function restoreStore(options: RestoreOptions): Promise<string | null> {
  const { restoreSqlite } = await import("./sqlite/restore-sqlite.ts");
  return await restoreSqlite(options);
}
