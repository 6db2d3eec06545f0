import { readdirSync, realpathSync, statSync } from "node:fs";
import { isInside } from "../core/index.ts";
import type { FileMark } from "./file-mark.ts";
import { readMark, toMark } from "./file-mark.ts";

/** A file of a hand's folder that means something to the program. */
export interface FolderFile {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly mark: FileMark;
}

/** What a folder looked like: its files and folders, itself the first, by full path; null for what cannot be looked at. */
export type FolderMarks = readonly (readonly [path: string, mark: FileMark | null])[];

/** What is in a hand's folder. */
export interface FolderListing {
  /** When one of the files was last changed, by the file system's clock; 0 where there is none. */
  readonly changedAt: number;
  /** Sorted by path. */
  readonly files: readonly FolderFile[];
  /** Relative paths of what may not be followed or read, and why. */
  readonly refused: readonly {
    readonly path: string;
    readonly reason: "outside" | "unreadable" | "not_a_file";
  }[];
  /** While these are the same, so is all of the listing. */
  readonly marks: FolderMarks;
}

/** Files at the top of the folder. */
const TOP_FILES = new Set(["HAND.toml", "SYSTEM.md", "hand.ts"]);
const FOLDERS = new Set(["skills", "tools"]);
/** What is neither: code and texts that a hand's own code may read. A link to it is passed over, as it is when a version is kept. */
const isFurther = (name: string) => !TOP_FILES.has(name) && !FOLDERS.has(name);

/** Deeper than any skill's own folders; ends links that lead in circles. */
const DEEPEST_FOLDER = 8;

/**
 * Lists what belongs to a hand: everything in its folder but hidden entries and `node_modules`. Two calls for each folder and one for each file; links are followed only inside the folder.
 * The calls are synchronous, because each takes microseconds and a promise ten times as long; who lists many folders lets the event loop go round between them.
 *
 * Throws what the file system throws when the folder itself cannot be read.
 */
export function listFolder(dir: string): FolderListing {
  const files: FolderFile[] = [];
  const refused: FolderListing["refused"][number][] = [];
  const marks: [string, FileMark | null][] = [];
  let changedAt = 0;
  let realRoot: string | undefined;

  function visit(folder: string, depth: number): void {
    const fullFolder = folder === "" ? dir : `${dir}/${folder}`;
    // Marked before it is read: what appears in between differs at the next look.
    marks.push([fullFolder, readMark(fullFolder)]);
    for (const entry of readdirSync(fullFolder, { withFileTypes: true })) {
      const { name } = entry;
      if (name.startsWith(".") || name === "node_modules") continue;
      const path = folder === "" ? name : `${folder}/${name}`;
      if (isFurther(path.split("/", 1)[0] ?? name) && !entry.isFile() && !entry.isDirectory()) continue;
      const fullPath = `${dir}/${path}`;
      try {
        if (entry.isSymbolicLink()) {
          realRoot ??= realpathSync(dir);
          if (!isInside(realRoot, realpathSync(fullPath))) {
            marks.push([fullPath, readMark(fullPath)]);
            refused.push({ path, reason: "outside" });
            continue;
          }
        }
        const isFolder = entry.isDirectory();
        const facts = isFolder ? undefined : statSync(fullPath);
        if (isFolder || facts?.isDirectory()) {
          if (depth === 0 && TOP_FILES.has(name)) refused.push({ path, reason: "not_a_file" });
          else if (depth < DEEPEST_FOLDER) visit(path, depth + 1);
        } else if (facts !== undefined) {
          const mark = toMark(facts);
          marks.push([fullPath, mark]);
          if (facts.isFile()) {
            changedAt = Math.max(changedAt, mark.ctimeMs);
            files.push({ path, mark });
          } else if (depth === 0 && !isFurther(name)) refused.push({ path, reason: "not_a_file" });
        }
      } catch (error) {
        marks.push([fullPath, readMark(fullPath)]);
        // A file that was removed since it was listed is simply not there; a link that leads nowhere is a fault.
        const isGone = (error as NodeJS.ErrnoException).code === "ENOENT" && !entry.isSymbolicLink();
        if (!isGone) refused.push({ path, reason: "unreadable" });
      }
    }
  }

  visit("", 0);
  files.sort((left, right) => compare(left.path, right.path));
  refused.sort((left, right) => compare(left.path, right.path));
  return { changedAt, files, refused, marks };
}

/** By UTF-16 code units, so that the order is the same on every machine. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
