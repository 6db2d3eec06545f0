import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "../../core/index.ts";

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Makes the file and its folder where they are missing, for their owner's eyes alone. SQLite gives its side files the same mode. */
export function prepareDatabaseFile(path: string): void {
  makeFolders(dirname(path));
  try {
    closeSync(openSync(path, "wx", FILE_MODE));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** Makes a folder and those above it where they are missing; a power cut forgets none of them. SQLite syncs the folder of its files itself. */
export function makeFolders(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}
