import BetterSqlite3 from "better-sqlite3";
import { HandsError } from "../../core/index.ts";
import { DAMAGED_HINT } from "./assert-sound.ts";

interface Explanation {
  readonly says: string;
  readonly hint?: string;
}

/** What people are told, by the family of SQLite's code. Source of the codes: https://sqlite.org/rescode.html */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  NOTADB: {
    says: "is not a database",
    hint: "`hands restore BACKUP --replace` puts a backup in its place and keeps this file beside it; moved away, a new database is made.",
  },
  CORRUPT: {
    says: "is damaged",
    hint: DAMAGED_HINT,
  },
  CANTOPEN: {
    says: "cannot be opened",
    hint: "Check that its folder exists and that you may read and write there.",
  },
  READONLY: { says: "cannot be written", hint: "Check the permissions of the file and of its folder." },
  PERM: { says: "may not be accessed", hint: "Check the permissions of the file and of its folder." },
  AUTH: { says: "may not be accessed", hint: "Check the permissions of the file and of its folder." },
  FULL: {
    says: "cannot grow: the disk is full",
    hint: "Free some space; nothing of the transaction was written.",
  },
  IOERR: {
    says: "cannot be read or written: the disk reported an error",
    hint: "Check the disk, and keep a backup.",
  },
  BUSY: { says: "stayed locked by another process", hint: "Find the process that holds it and end it." },
  PROTOCOL: { says: "stayed locked by another process", hint: "Find the process that holds it and end it." },
};

/** The database is locked by another connection; the same thing may succeed later. */
export function isBusy(error: unknown): boolean {
  return ["BUSY", "PROTOCOL"].includes(readFamily(error) ?? "");
}

/** An error of SQLite or of the file system as ours, naming the file; anything else as it is. */
export function toSqliteStoreError(error: unknown, path: string): unknown {
  if (error instanceof HandsError || !(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const family = readFamily(error);
  if (family === undefined && !("syscall" in error)) return error;
  const { says, hint } = EXPLANATIONS[family ?? "CANTOPEN"] ?? { says: "refused a query" };
  return new HandsError("store_failed", `The database ${path} ${says}: ${error.message}`, {
    ...(hint === undefined ? {} : { hint }),
    details: { path, databaseCode: code ?? null },
    cause: error,
  });
}

function readFamily(error: unknown): string | undefined {
  if (!(error instanceof BetterSqlite3.SqliteError)) return undefined;
  return error.code.split("_")[1];
}
