import type { Stats } from "node:fs";
import { statSync } from "node:fs";

/** What of a file or folder differs after every edit. */
export type FileMark = Pick<Stats, "size" | "mtimeMs" | "ctimeMs" | "ino">;

/** Marks one file or folder; null where it cannot be looked at. A link is marked by what it leads to. */
export function readMark(path: string): FileMark | null {
  const facts = readFacts(path);
  return facts === null ? null : toMark(facts);
}

function readFacts(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    // What may not be looked at has no mark; the day it may, it has one, and is loaded.
    return null;
  }
}

/** Without the rest of what the system says, which would be kept for every file of every hand. */
export function toMark({ size, mtimeMs, ctimeMs, ino }: Stats): FileMark {
  return { size, mtimeMs, ctimeMs, ino };
}

/** Is it as it was marked? */
export function isMarkCurrent(path: string, mark: FileMark | null): boolean {
  return isSameMark(readFacts(path), mark);
}

export function isSameMark(left: FileMark | null, right: FileMark | null): boolean {
  if (left === null || right === null) return left === right;
  return (
    left.mtimeMs === right.mtimeMs &&
    left.ctimeMs === right.ctimeMs &&
    left.size === right.size &&
    left.ino === right.ino
  );
}
