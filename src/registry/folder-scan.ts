import { join } from "node:path";
import { nextTurn } from "../core/index.ts";
import type { FileMark, FolderListing, FolderMarks } from "../manifest/index.ts";
import {
  INSTALLED_FILE,
  isMarkCurrent,
  isSameMark,
  listCandidates,
  listHandFolder,
  listProjectTools,
  readMark,
} from "../manifest/index.ts";

/** What is in a hand's folder; `as_indexed` where it looks as it did when the index was written; null where it cannot be read. */
export type FolderContent = FolderListing | "as_indexed" | null;

/** What a folder looked like when the index was written; null where that is not known. */
export type RecallMarks = (folder: string) => FolderMarks | null;

/** What a look at the hands folder found. */
export interface ScanResult {
  /** Folders of hands, sorted. */
  readonly folders: readonly string[];
  /** Those of them that may have changed since the last look. */
  readonly changed: ReadonlyMap<string, FolderContent>;
  /** False where everything is as it was. */
  readonly isDifferent: boolean;
  /** Whether the hands folder itself is not there. */
  readonly isMissing: boolean;
}

/** What is known of a folder. */
interface KnownFolder {
  readonly isHand: boolean;
  /** Of a hand all that belongs to it, of another folder the folder alone: a HAND.toml that appears in it changes that. */
  readonly marks: FolderMarks;
}

/** Folders looked at before the event loop goes round: about a millisecond. */
const FOLDERS_AT_ONCE = 50;

/** Remembers what the hands folder looked like, so that a look at an unchanged one costs a few microseconds a file. */
export class FolderScan {
  readonly #root: string;
  readonly #sharedDir: string | null;
  #sharedMarks: FolderMarks = [];
  /** Undefined where the next look shall not take it for the same. */
  #rootMark: FileMark | null | undefined;
  /** Of the list of hands from elsewhere, which says of each whether it may run. */
  #installedMark: FileMark | null = null;
  #known: ReadonlyMap<string, KnownFolder> = new Map();
  /** Known ones to be read again, whatever they look like. */
  readonly #forgotten = new Set<string>();

  /** `sharedDir` is a folder that every hand may use: an edit there may change each of them. */
  constructor(root: string, sharedDir: string | null) {
    this.#root = root;
    this.#sharedDir = sharedDir;
  }

  /** Every folder in which an edit would show, the root first. */
  listDirectories(): readonly string[] {
    return [this.#root, ...(this.#sharedDir === null ? [] : [this.#sharedDir]), ...this.#known.keys()];
  }

  /**
   * `findMarks` is asked where a folder has to be looked into, which one that looks as it did then has not. Throws: `invalid_argument` when
   * the root cannot be read as a folder.
   */
  async look(findMarks: () => Promise<RecallMarks> = async () => () => null): Promise<ScanResult> {
    const rootMark = readMark(this.#root);
    const installedMark = readMark(join(this.#root, INSTALLED_FILE));
    if (!isSameMark(installedMark, this.#installedMark)) this.forget(this.#listHands());
    const isRootSame = this.#rootMark !== undefined && isSameMark(rootMark, this.#rootMark);
    const isSharedSame = areCurrent(this.#sharedMarks);
    const current = isSharedSame ? await this.#findCurrent() : new Set<string>();
    if (isRootSame && current.size === this.#known.size) {
      return {
        folders: this.#listHands(),
        changed: new Map(),
        isDifferent: false,
        isMissing: rootMark === null,
      };
    }
    // Marked before anything is read: an edit in between shows at the next look.
    const sharedMarks = this.#sharedDir === null ? [] : markShared(this.#sharedDir);
    const candidates = listCandidates(this.#root);
    const recallMarks = await findMarks();
    const found = new Map<string, KnownFolder>();
    const changed = new Map<string, FolderContent>();
    for (const [index, folder] of (candidates ?? []).entries()) {
      const known = current.has(folder) ? this.#known.get(folder) : undefined;
      found.set(folder, known ?? readFolder(folder, changed, recallMarks));
      if (index % FOLDERS_AT_ONCE === FOLDERS_AT_ONCE - 1) await nextTurn();
    }
    this.#rootMark = rootMark;
    this.#installedMark = installedMark;
    this.#sharedMarks = sharedMarks;
    this.#known = found;
    this.#forgotten.clear();
    return { folders: this.#listHands(), changed, isDifferent: true, isMissing: candidates === null };
  }

  /** Makes the next look read these folders again. */
  forget(folders: Iterable<string>): void {
    for (const folder of folders) this.#forgotten.add(folder);
    this.#rootMark = undefined;
  }

  #listHands(): readonly string[] {
    return [...this.#known].flatMap(([folder, { isHand }]) => (isHand ? [folder] : []));
  }

  /** Those that look as they did. */
  async #findCurrent(): Promise<ReadonlySet<string>> {
    const current = new Set<string>();
    let index = 0;
    for (const [folder, { marks }] of this.#known) {
      if (areCurrent(marks) && !this.#forgotten.has(folder)) current.add(folder);
      index += 1;
      if (index % FOLDERS_AT_ONCE === 0) await nextTurn();
    }
    return current;
  }
}

function areCurrent(marks: FolderMarks): boolean {
  return marks.every(([path, mark]) => isMarkCurrent(path, mark));
}

/** Looks at one folder, which is put to the changed ones where it is a hand's. */
function readFolder(
  folder: string,
  changed: Map<string, FolderContent>,
  recallMarks: RecallMarks,
): KnownFolder {
  const marks = recallMarks(folder);
  if (marks !== null && areCurrent(marks)) {
    changed.set(folder, "as_indexed");
    return { isHand: true, marks };
  }
  const mark = readMark(folder);
  const listing = listHandFolder(folder);
  if (listing === null) return { isHand: false, marks: [[folder, mark]] };
  if (listing === "unreadable") {
    changed.set(folder, null);
    return { isHand: true, marks: [[folder, mark]] };
  }
  changed.set(folder, listing);
  return { isHand: true, marks: listing.marks };
}

/** A folder that is not there is marked as such. */
function markShared(dir: string): FolderMarks {
  const mark = readMark(dir);
  return listProjectTools(dir)?.marks ?? [[dir, mark]];
}
