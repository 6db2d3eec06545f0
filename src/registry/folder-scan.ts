import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { discoverHandFolders, INSTALLED_FILE } from "../manifest/index.ts";
import type { FolderMarks } from "./folder-marks.ts";
import { areMarksCurrent, isSameMark, readFolderMarks, readMark } from "./folder-marks.ts";

/** What a look at the hands folder found. */
export interface ScanResult {
  /** Folders of hands, sorted. */
  readonly folders: readonly string[];
  /** Those of them that may have changed since the last look. */
  readonly changed: readonly string[];
  /** False where everything is as it was. */
  readonly isDifferent: boolean;
  /** Whether the hands folder itself is not there. */
  readonly isMissing: boolean;
}

/** Folders looked at before the event loop goes round: about a millisecond. */
const FOLDERS_AT_ONCE = 100;

/** Remembers what the hands folder looked like, so that a look at an unchanged one costs a few microseconds a file. */
export class FolderScan {
  readonly #root: string;
  readonly #sharedDir: string | null;
  #sharedMarks: FolderMarks = [];
  #rootMark: ReturnType<typeof readMark> | undefined;
  /** Of the list of hands from elsewhere, which says of each whether it may run. */
  #installedMark: ReturnType<typeof readMark> = null;
  #folders: readonly string[] = [];
  #hands: ReadonlySet<string> = new Set();
  /** By path: of hands all that belongs to them, of other folders the folder alone. */
  #marks = new Map<string, FolderMarks>();

  /** `sharedDir` is a folder that every hand may use: an edit there may change each of them. */
  constructor(root: string, sharedDir: string | null) {
    this.#root = root;
    this.#sharedDir = sharedDir;
  }

  /** Every folder in which an edit would show, the root first. */
  listDirectories(): readonly string[] {
    return [this.#root, ...(this.#sharedDir === null ? [] : [this.#sharedDir]), ...this.#marks.keys()];
  }

  /** Throws: `invalid_argument` when the root cannot be read as a folder. */
  async look(): Promise<ScanResult> {
    const rootMark = readMark(this.#root);
    const installedMark = readMark(join(this.#root, INSTALLED_FILE));
    if (!isSameMark(installedMark, this.#installedMark)) this.forget(this.#hands);
    const isRootSame = this.#rootMark !== undefined && isSameMark(rootMark, this.#rootMark);
    const isSharedSame = this.#rootMark !== undefined && areMarksCurrent(this.#sharedMarks);
    const stale = isSharedSame ? await this.#findStale() : new Set(this.#marks.keys());
    if (isRootSame && isSharedSame && stale.size === 0) {
      return { folders: this.#folders, changed: [], isDifferent: false, isMissing: rootMark === null };
    }
    // Marked before anything is read: an edit in between shows at the next look.
    const sharedMarks = this.#sharedDir === null ? [] : readFolderMarks(this.#sharedDir);
    const { folders, isMissing } = await discoverHandFolders(this.#root);
    const hands = new Set(folders);
    const others = await listOtherFolders(this.#root, hands);
    const marks = new Map<string, FolderMarks>();
    const changed: string[] = [];
    for (const [index, folder] of folders.entries()) {
      const known = this.#marks.get(folder);
      const isKnownHand = known !== undefined && !stale.has(folder) && this.#hands.has(folder);
      if (!isKnownHand) changed.push(folder);
      marks.set(folder, isKnownHand ? known : readFolderMarks(folder));
      if (index % FOLDERS_AT_ONCE === FOLDERS_AT_ONCE - 1) await nextTurn();
    }
    for (const folder of others) marks.set(folder, [[folder, readMark(folder)]]);
    this.#rootMark = rootMark;
    this.#installedMark = installedMark;
    this.#sharedMarks = sharedMarks;
    this.#folders = folders;
    this.#hands = hands;
    this.#marks = marks;
    return { folders, changed, isDifferent: true, isMissing };
  }

  /** Makes the next look read these folders again. */
  forget(folders: Iterable<string>): void {
    for (const folder of folders) this.#marks.delete(folder);
    this.#rootMark = undefined;
  }

  async #findStale(): Promise<ReadonlySet<string>> {
    const stale = new Set<string>();
    let index = 0;
    for (const [folder, marks] of this.#marks) {
      if (!areMarksCurrent(marks)) stale.add(folder);
      index += 1;
      if (index % FOLDERS_AT_ONCE === 0) await nextTurn();
    }
    return stale;
  }
}

/** Folders that are no hands yet: a HAND.toml that appears in one changes the folder, not the root. */
async function listOtherFolders(root: string, hands: ReadonlySet<string>): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isFile() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map((entry) => join(root, entry.name))
    .filter((path) => !hands.has(path));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
