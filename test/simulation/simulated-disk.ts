import BetterSqlite3 from "better-sqlite3";
import type { VirtualTime } from "./virtual-time.ts";

/** What is wrong with the disk just now. */
export interface DiskTrouble {
  /** Writing statements and commits that fail because nothing fits any more. */
  fullStatements: number;
  failingCommits: number;
  /** Somebody else holds the lock until this instant of true time. */
  busyUntilMs: number;
  slowCommits: number;
  commitMs: number;
}

export function createDiskTrouble(): DiskTrouble {
  return { fullStatements: 0, failingCommits: 0, busyUntilMs: 0, slowCommits: 0, commitMs: 0 };
}

const WRITING = /^\s*(insert|update|delete)/i;

/** Fails a statement as the trouble has it, with the errors that SQLite has for it. */
export function meetTrouble(
  sql: string,
  database: BetterSqlite3.Database,
  { trouble, time }: { readonly trouble: DiskTrouble; readonly time: VirtualTime },
): void {
  if (sql === "BEGIN IMMEDIATE" && time.trueMs < trouble.busyUntilMs) {
    throw new BetterSqlite3.SqliteError("database is locked", "SQLITE_BUSY");
  }
  const isCommit = sql === "COMMIT";
  if (trouble.fullStatements > 0 && (isCommit || WRITING.test(sql))) {
    trouble.fullStatements -= 1;
    // On some errors SQLite rolls the whole transaction back by itself.
    if (trouble.fullStatements % 3 === 0) database.exec("ROLLBACK");
    throw new BetterSqlite3.SqliteError("database or disk is full", "SQLITE_FULL");
  }
  if (!isCommit) return;
  if (trouble.failingCommits > 0) {
    trouble.failingCommits -= 1;
    if (trouble.failingCommits % 2 === 0) database.exec("ROLLBACK");
    throw new BetterSqlite3.SqliteError("disk I/O error", "SQLITE_IOERR_FSYNC");
  }
  if (trouble.slowCommits > 0) {
    trouble.slowCommits -= 1;
    time.elapse(trouble.commitMs);
  }
}

/** Is it a commit that put something on the disk? */
export function isCommit(sql: string): boolean {
  return sql === "COMMIT";
}
