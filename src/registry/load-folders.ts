import type { Clock } from "../core/index.ts";
import type { Diagnostic, HandConfig, ReadInstalled } from "../manifest/index.ts";
import { readInstalledHands } from "../manifest/index.ts";
import type { HandRow } from "../store/index.ts";
import type { HandChecks } from "./find-problems.ts";
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
  /** The index, by the folders of its hands; for those not in it, and of other folders, there is nothing to recall. */
  readonly rows: ReadonlyMap<string, HandRow>;
}

/** Loaded before the event loop goes round: some milliseconds. */
const FOLDERS_AT_ONCE = 16;

/**
 * Loads folders, a few at a time, in the order given: from the index where that has what reading would come to, else from the disk.
 * Whatever is wrong with one is its diagnostic, never an exception.
 */
export async function loadFolders(
  dirs: readonly string[],
  { checks, clock, program, rows }: LoadFoldersOptions,
): Promise<readonly LoadedFolder[]> {
  const loaded: LoadedFolder[] = [];
  const waiting = dirs.entries();
  const options = { projectToolsDir: checks.projectToolsDir, readInstalled: createInstalledReader() };
  const recall = async (dir: string) => {
    const row = rows.get(dir);
    return row === undefined || program === null ? null : recallFolder(row, { program, checks, options });
  };
  const read = async (dir: string) => {
    const { readFolder } = await import("./read-folder.ts");
    return await readFolder(dir, { checks, options, program, readAt: clock.now() });
  };
  const work = async () => {
    for (const [index, dir] of waiting) {
      loaded[index] = (await recall(dir)) ?? (await read(dir));
      await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: Math.min(FOLDERS_AT_ONCE, dirs.length) }, work));
  return loaded;
}

/** Reads the list of each hands folder once, however many hands it has. */
function createInstalledReader(): ReadInstalled {
  const lists = new Map<string, ReturnType<ReadInstalled>>();
  return (handsDir) => {
    const list = lists.get(handsDir) ?? readInstalledHands(handsDir);
    lists.set(handsDir, list);
    return list;
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
