import type { Stats } from "node:fs";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What of a file or folder differs after every edit, or null where it cannot be looked at. */
type Mark = Pick<Stats, "mtimeMs" | "ctimeMs" | "size" | "ino"> | null;

/** What a folder looked like: each of its files and folders, with its mark. */
export type FolderMarks = readonly (readonly [path: string, mark: Mark])[];

const DEEPEST_FOLDER = 8;

/**
 * Marks a hand's folder and what is in it. Synchronous, because a look takes microseconds and a promise for each would cost
 * ten times as much; callers let the event loop go round between folders.
 */
export function readFolderMarks(dir: string): FolderMarks {
  const marks: [string, Mark][] = [];
  visit(dir, 0);
  return marks;

  function visit(folder: string, depth: number): void {
    marks.push([folder, readMark(folder)]);
    for (const entry of listEntries(folder)) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) marks.push([path, readMark(path)]);
      else if (depth < DEEPEST_FOLDER) visit(path, depth + 1);
    }
  }
}

/** Marks one file or folder alone. */
export function readMark(path: string): Mark {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    // What may not be looked at has no mark; the day it may, it has one, and is loaded.
    return null;
  }
}

/** Is everything as it was marked? */
export function areMarksCurrent(marks: FolderMarks): boolean {
  return marks.every(([path, mark]) => isSameMark(readMark(path), mark));
}

export function isSameMark(left: Mark, right: Mark): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.mtimeMs === right.mtimeMs &&
    left.ctimeMs === right.ctimeMs &&
    left.size === right.size &&
    left.ino === right.ino
  );
}

function listEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
