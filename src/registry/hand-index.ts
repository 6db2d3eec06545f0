import type { Clock, Logger } from "../core/index.ts";
import type { Diagnostic, HandConfig } from "../manifest/index.ts";
import type { HandStateRow, Store } from "../store/index.ts";
import { listHandOrigins, listHandStates } from "../store/index.ts";
import type { HandChecks } from "./find-problems.ts";
import type { ScanResult } from "./folder-scan.ts";
import { FolderScan } from "./folder-scan.ts";
import type { HandChange } from "./hand-change.ts";
import { compareEntries, isEmptyChange } from "./hand-change.ts";
import type { IndexEntry } from "./index-folders.ts";
import { indexFolders } from "./index-folders.ts";
import type { IndexedFolders } from "./indexed-folders.ts";
import { NOTHING_INDEXED, readIndexedFolders } from "./indexed-folders.ts";
import type { FindRows, LoadedFolder } from "./load-folders.ts";
import { loadFolders } from "./load-folders.ts";
import { settleOwners } from "./settle-owners.ts";
import { writeIndex } from "./write-index.ts";

/** What an index is made of. */
export interface HandIndexOptions {
  /** Absolute. */
  readonly handsDir: string;
  /** False leaves the store's index as it is. */
  readonly ownsIndex: boolean;
  readonly checks: HandChecks;
  /** Names the build of the program; null reads every folder at each start. */
  readonly program: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a look came to. */
export interface IndexLook {
  readonly change: HandChange;
  /** Hands that can run now, and could not before the look. */
  readonly runnable: readonly string[];
}

const NO_CHANGE: HandChange = { added: [], changed: [], removed: [], broken: [] };

/** The hands of one folder, as they were at the last look; and the store's index, kept in line with them. */
export class HandIndex {
  readonly #options: HandIndexOptions;
  readonly #scan: FolderScan;
  #folders: ReadonlyMap<string, LoadedFolder> = new Map();
  #entries: ReadonlyMap<string, IndexEntry> = new Map();
  #strays: ReadonlyMap<string, readonly Diagnostic[]> = new Map();
  #overrides: ReadonlyMap<string, boolean> = new Map();
  #hands: ReadonlyMap<string, HandConfig> = new Map();
  #isMissing = false;

  constructor(options: HandIndexOptions) {
    this.#options = options;
    this.#scan = new FolderScan(options.handsDir, options.checks.projectToolsDir);
  }

  /** By name, broken ones as well. */
  get entries(): ReadonlyMap<string, IndexEntry> {
    return this.#entries;
  }

  /** Healthy hands by name, `enabled` as an operator's override has it. */
  get hands(): ReadonlyMap<string, HandConfig> {
    return this.#hands;
  }

  isEnabled(entry: Pick<IndexEntry, "name" | "hand">): boolean {
    return this.#overrides.get(entry.name) ?? entry.hand?.enabled ?? true;
  }

  /** Every problem, by the hand's name, or by path where there is no name. */
  listProblems(): ReadonlyMap<string, readonly Diagnostic[]> {
    const problems = new Map<string, readonly Diagnostic[]>(this.#strays);
    for (const { name, problems: own } of this.#entries.values()) if (own.length > 0) problems.set(name, own);
    if (this.#isMissing) problems.set(this.#options.handsDir, [reportMissing(this.#options.handsDir)]);
    return problems;
  }

  listDirectories(): readonly string[] {
    return this.#scan.listDirectories();
  }

  /** Looks at the folder; loads what may have changed, and writes what differs. Not to be called again before it has ended. */
  async look(store: Store): Promise<IndexLook> {
    const indexed = this.#openIndex(store);
    const scan = await this.#scan.look(async () => (await indexed()).recallMarks);
    this.#noteMissing(scan.isMissing);
    const hasTaken = [...this.#entries.values()].some(({ isTaken }) => isTaken);
    // A folder that is gone for a moment, as while a drive is mounted anew, takes nothing away.
    if (scan.isMissing || (!scan.isDifferent && !hasTaken)) return { change: NO_CHANGE, runnable: [] };
    try {
      return await this.#load(store, scan, (await indexed()).findRows);
    } catch (error) {
      this.#scan.forget(scan.changed.keys());
      throw error;
    }
  }

  /** Takes over what operators of other processes enabled and disabled. */
  async readOverrides(store: Store): Promise<IndexLook> {
    const rows = await store.db
      .selectFrom("hand_states")
      .select(["hand_name", "enabled_override"])
      .where("enabled_override", "is not", null)
      .execute();
    return this.#apply(new Map(rows.map((row) => [row.hand_name, row.enabled_override === 1])));
  }

  async #load(store: Store, { folders: dirs, changed }: ScanResult, findRows: FindRows): Promise<IndexLook> {
    const loaded = await loadFolders(changed, { ...this.#options, findRows });
    const fresh = new Map(loaded.map((folder) => [folder.dir, folder]));
    const folders = new Map<string, LoadedFolder>();
    for (const dir of dirs) {
      const known = this.#folders.get(dir);
      const now = changed.has(dir) ? fresh.get(dir) : known;
      // What only looked changed keeps its objects, by which others see that nothing did.
      const folder = now !== undefined && now.fingerprint === known?.fingerprint ? known : now;
      if (folder !== undefined) folders.set(dir, folder);
    }
    const { entries, strays } = indexFolders([...folders.values()]);
    const [rows, stateRows] = await Promise.all([listHandOrigins(store), listHandStates(store)]);
    const settled = await settleOwners(entries, rows, this.#options.handsDir);
    const states = new Map(stateRows.map((row) => [row.hand_name, row]));
    const overrides = readOverrides(stateRows);
    const change = compareEntries(this.#entries, settled.entries);
    if (this.#options.ownsIndex) {
      await writeIndex(store, {
        handsDir: this.#options.handsDir,
        entries: settled.entries,
        before: this.#entries,
        rows,
        states,
        isEnabled: (entry) => overrides.get(entry.name) ?? entry.hand?.enabled ?? true,
        replaced: settled.replaced,
        change,
      });
    }
    this.#folders = folders;
    this.#strays = strays;
    const runnableBefore = new Set(this.#listRunnable());
    this.#entries = settled.entries;
    this.#applyOverrides(overrides);
    if (!isEmptyChange(change)) this.#report(change);
    return { change, runnable: this.#listRunnable().filter((name) => !runnableBefore.has(name)) };
  }

  /** What the index knows of the folders, read when it is first asked for; after the first load there is nothing to take from it. */
  #openIndex(store: Store): () => Promise<IndexedFolders> {
    const { program } = this.#options;
    if (program === null || this.#folders.size > 0) return async () => NOTHING_INDEXED;
    let reading: Promise<IndexedFolders> | undefined;
    return () => {
      reading ??= readIndexedFolders(store, program);
      return reading;
    };
  }

  #apply(overrides: ReadonlyMap<string, boolean>): IndexLook {
    const before = this.#hands;
    this.#applyOverrides(overrides);
    const changed = [...this.#hands.values()]
      .filter((hand) => before.get(hand.name)?.enabled !== hand.enabled)
      .map(({ name }) => name);
    return {
      change: { ...NO_CHANGE, changed },
      runnable: changed.filter((name) => this.#hands.get(name)?.enabled === true),
    };
  }

  #applyOverrides(overrides: ReadonlyMap<string, boolean>): void {
    this.#overrides = overrides;
    const hands = new Map<string, HandConfig>();
    for (const entry of this.#entries.values()) {
      if (entry.hand === null) continue;
      const enabled = this.isEnabled(entry);
      hands.set(entry.name, enabled === entry.hand.enabled ? entry.hand : { ...entry.hand, enabled });
    }
    this.#hands = hands;
  }

  #listRunnable(): readonly string[] {
    return [...this.#hands.values()].filter(({ enabled }) => enabled).map(({ name }) => name);
  }

  #noteMissing(isMissing: boolean): void {
    if (isMissing && !this.#isMissing) {
      const { message, hint } = reportMissing(this.#options.handsDir);
      this.#options.logger.warn(message, { handsDir: this.#options.handsDir, hint });
    }
    this.#isMissing = isMissing;
  }

  #report({ added, changed, removed, broken }: HandChange): void {
    const { logger } = this.#options;
    logger.info("Hands were loaded.", {
      added: added.length,
      changed: changed.length,
      removed: removed.length,
      broken: broken.length,
    });
    for (const name of broken) {
      const problem = this.#entries.get(name)?.problems.find(({ severity }) => severity === "error");
      logger.warn("A hand is broken and does not run.", {
        hand: name,
        file: problem?.file,
        line: problem?.line ?? undefined,
        problem: problem?.message,
      });
    }
  }
}

function readOverrides(rows: readonly HandStateRow[]): ReadonlyMap<string, boolean> {
  return new Map(
    rows.flatMap((row): [string, boolean][] =>
      row.enabled_override === null ? [] : [[row.hand_name, row.enabled_override === 1]],
    ),
  );
}

function reportMissing(handsDir: string): Diagnostic {
  return {
    severity: "warning",
    code: "missing_hands_folder",
    message: "The hands folder is not there",
    file: handsDir,
    line: null,
    column: null,
    hint: "Make it, or name another one with --hands, HANDS_HANDS_DIR or `hands_dir` in hands.toml.",
    source: null,
  };
}
