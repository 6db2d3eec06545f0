import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "../../core/index.ts";
import { findFreeName } from "./free-name.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

const FILE_MODE = 0o600;

/**
 * Writes what is committed to `<file>.seed-backup`, or to `.seed-backup-2` and so on where that exists, and returns its path.
 * To be called while a write transaction of ours keeps everybody else from changing the original.
 */
export function keepOriginal(reading: SqliteConnection): string {
  const path = findFreeName(`${reading.path}.seed-backup`);
  const file = openSync(path, "wx", FILE_MODE);
  try {
    const bytes = reading.database.serialize();
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(dirname(path));
  return path;
}
