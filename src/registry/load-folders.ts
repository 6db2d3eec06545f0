import type { Clock } from "../core/index.ts";
import { nextTurn } from "../core/index.ts";
import type { Diagnostic, FolderListing, HandConfig } from "../manifest/index.ts";
import { listHandFolder, listProjectTools, readInstalledHands } from "../manifest/index.ts";
import type { HandRow } from "../store/index.ts";
import type { HandChecks } from "./find-problems.ts";
import type { FolderContent } from "./folder-scan.ts";
import { recallFolder } from "./recall-folder.ts";

/** A hand's folder, as it was loaded. */
export interface LoadedFolder {
  /** Absolute. */
  readonly dir: string;
  readonly name: string;
  /** Null where a diagnostic is an error. */
  readonly hand: HandConfig | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly fingerprint: string;
  /** What it was read from, for the index; null where it has to be read at each start. */
  readonly reading: string | null;
}

/** What folders are loaded with. */
export interface LoadFoldersOptions {
  readonly checks: HandChecks;
  readonly clock: Clock;
  /** Names the build of the program; null keeps no readings. */
  readonly program: string | null;
  readonly findRows: FindRows;
}

/** Finds what the index has of these folders, by folder; for those that it has not there is nothing to recall. */
export type FindRows = (dirs: readonly string[]) => Promise<ReadonlyMap<string, HandRow>>;

/** Loaded before the event loop goes round: some milliseconds. */
const FOLDERS_AT_ONCE = 16;

/** Rows that are held at a time: their texts are long, and of no use once the hand is made. */
const ROWS_AT_ONCE = 64;

/**
 * Loads folders, a few at a time, in the order given: from the index where that has what reading would come to, else from the disk.
 * Each comes with what is in it. Whatever is wrong with one is its diagnostic, never an exception.
 */
export async function loadFolders(
  dirs: ReadonlyMap<string, FolderContent>,
  { checks, clock, program, findRows }: LoadFoldersOptions,
): Promise<readonly LoadedFolder[]> {
  const options = {
    projectToolsDir: checks.projectToolsDir,
    readInstalled: once(readInstalledHands),
    listTools: once(listProjectTools),
  };
  const recall = async (row: HandRow | undefined, content: FolderContent) => {
    if (row === undefined || content === null || program === null) return null;
    return await recallFolder(row, { content, program, checks, options });
  };
  // The parser comes with it, which only folders that have to be read pay for; asked for once, because asking costs, too.
  let reader: Promise<typeof import("./read-folder.ts")> | undefined;
  const read = async (dir: string, content: FolderContent) => {
    reader ??= import("./read-folder.ts");
    const { readFolder } = await reader;
    const listing = content === "as_indexed" ? tryToList(dir) : content;
    return readFolder(dir, { listing, checks, options, program, readAt: clock.now() });
  };
  const all = [...dirs];
  const loaded: LoadedFolder[] = [];
  for (let start = 0; start < all.length; start += ROWS_AT_ONCE) {
    const some = all.slice(start, start + ROWS_AT_ONCE);
    const rows = await findRows(some.map(([dir]) => dir));
    const waiting = some.entries();
    const work = async () => {
      for (const [index, [dir, content]] of waiting) {
        loaded[start + index] = (await recall(rows.get(dir), content)) ?? (await read(dir, content));
        await nextTurn();
      }
    };
    await Promise.all(Array.from({ length: Math.min(FOLDERS_AT_ONCE, some.length) }, work));
  }
  return loaded;
}

/** Null where it cannot be listed, or is no hand's any more: reading it says so. */
function tryToList(dir: string): FolderListing | null {
  const listing = listHandFolder(dir);
  return listing === "unreadable" ? null : listing;
}

/** Asks once for each folder, however many hands it has to do with. */
function once<T>(ask: (dir: string) => T): (dir: string) => T {
  const answers = new Map<string, { readonly answer: T }>();
  return (dir) => {
    const known = answers.get(dir) ?? { answer: ask(dir) };
    answers.set(dir, known);
    return known.answer;
  };
}
