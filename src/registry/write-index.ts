import type { HandOrigin, HandRow, HandStateRow, Store } from "../store/index.ts";
import {
  appendEvent,
  clearNextFires,
  deleteHandRows,
  findHandRows,
  insertMissingHandStates,
  upsertHandRows,
} from "../store/index.ts";
import type { HandChange } from "./hand-change.ts";
import type { IndexEntry } from "./index-folders.ts";

/** What the index is brought in line with. */
export interface IndexUpdate {
  readonly handsDir: string;
  readonly entries: ReadonlyMap<string, IndexEntry>;
  /** What this process wrote last; only what differs from it is compared with the index. */
  readonly before: ReadonlyMap<string, IndexEntry>;
  /** The index as it was read. */
  readonly rows: readonly HandOrigin[];
  readonly states: ReadonlyMap<string, HandStateRow>;
  readonly isEnabled: (entry: IndexEntry) => boolean;
  readonly replaced: readonly string[];
  readonly change: HandChange;
}

/**
 * Brings this folder's part of the index in line with the folder, in one transaction; writes nothing where nothing differs. A removed
 * hand keeps its state and history. What cannot run has no next fire.
 */
export async function writeIndex(store: Store, update: IndexUpdate): Promise<void> {
  const { handsDir, states } = update;
  const entries = [...update.entries.values()].filter(({ isTaken }) => !isTaken);
  const rows = new Map(update.rows.map((row) => [row.name, row]));
  const nowMs = store.nowMs();
  const read = entries
    .filter(
      (entry) => isNew(entry, update.before.get(entry.name)) || rows.get(entry.name)?.hands_dir !== handsDir,
    )
    .filter((entry) => !isRecalled(entry, rows.get(entry.name)))
    .map((entry) => toRow(entry, handsDir, nowMs));
  const known = read.map(({ name }) => name).filter((name) => rows.has(name));
  const stored = new Map((await findHandRows(store, known)).map((row) => [row.name, row]));
  const wanted = read.filter((row) => isDifferent(stored.get(row.name), row));
  const reread = read.filter((row) => rows.get(row.name)?.reading_json !== row.reading_json);
  const removed = update.rows
    .filter((row) => row.hands_dir === handsDir && !update.entries.has(row.name))
    .map(({ name }) => name);
  const stateless = entries.filter(({ name }) => states.get(name)?.anchor_at == null).map(({ name }) => name);
  const unscheduled = entries
    .filter((entry) => !(update.isEnabled(entry) && entry.hand?.schedule != null))
    .map(({ name }) => name);
  const fireless = [...removed, ...unscheduled].filter((name) => hasNextFire(states.get(name)));
  if (wanted.length + reread.length + removed.length + stateless.length + fireless.length === 0) return;

  await store.transaction(async (transaction) => {
    await upsertHandRows(transaction, [...new Set([...wanted, ...reread])], update.replaced);
    await deleteHandRows(transaction, handsDir, removed);
    await insertMissingHandStates(transaction, stateless);
    await clearNextFires(transaction, fireless);
    if (wanted.length + removed.length > 0) {
      const { added, changed, broken } = update.change;
      await appendEvent(transaction, {
        type: "hands.loaded",
        data: {
          handsDir,
          added: bounded(added),
          changed: bounded(changed),
          removed: bounded(removed),
          broken: bounded(broken),
        },
        isAudited: true,
      });
    }
    for (const name of [...wanted.map((row) => row.name), ...removed].slice(0, MOST_NAMES)) {
      transaction.notify({ kind: "hand", handName: name });
    }
  });
}

/** Names beyond these are only counted: an event is not a list of five thousand. */
const MOST_NAMES = 50;

function bounded(names: readonly string[]) {
  return { count: names.length, names: names.slice(0, MOST_NAMES) };
}

function toRow(entry: IndexEntry, handsDir: string, nowMs: number): HandRow {
  return {
    name: entry.name,
    // Loading made it of JSON values alone.
    config_json: JSON.stringify(entry.hand),
    enabled: entry.hand?.enabled === false ? 0 : 1,
    loaded_at: nowMs,
    hands_dir: handsDir,
    hand_dir: entry.dir,
    problems_json: JSON.stringify(entry.problems),
    reading_json: entry.reading,
  };
}

/** A folder that was not loaded again gives the very same objects. */
function isNew(entry: IndexEntry, before: IndexEntry | undefined): boolean {
  return (
    before === undefined || before.isTaken || before.hand !== entry.hand || before.problems !== entry.problems
  );
}

/** Came from this very row. */
function isRecalled(entry: IndexEntry, row: HandOrigin | undefined): boolean {
  return (
    row !== undefined &&
    row.reading_json !== null &&
    row.reading_json === entry.reading &&
    row.hand_dir === entry.dir
  );
}

function isDifferent(stored: HandRow | undefined, wanted: HandRow): boolean {
  return (
    stored === undefined ||
    stored.config_json !== wanted.config_json ||
    stored.problems_json !== wanted.problems_json ||
    stored.hand_dir !== wanted.hand_dir ||
    stored.hands_dir !== wanted.hands_dir
  );
}

function hasNextFire(state: HandStateRow | undefined): boolean {
  return (
    state !== undefined &&
    (state.due_at !== null || state.next_run_at !== null || state.schedule_hash !== null)
  );
}
