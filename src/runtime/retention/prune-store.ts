import type { Clock } from "../../core/index.ts";
import type { CountByTable, RetentionPolicy, Store } from "../../store/index.ts";
import {
  countPrunableEvents,
  countWholeExecutions,
  deleteDeliveries,
  deleteExecutions,
  deleteVersions,
  endRetention,
  findPrunableDeliveries,
  findPrunableExecutions,
  findPrunableVersions,
  pruneEvents,
  readExecutionParts,
  readPrunableEvents,
  takeRetentionLease,
} from "../../store/index.ts";
import { archiveDeliveries, archiveEvents, archiveExecutions, archiveVersions } from "./archive-rows.ts";
import { inChunks } from "./in-chunks.ts";

/** Between two transactions, so that others come in between. */
const PAUSE_MS = 5;
/** Rows that go into one file of the archive, where there is one. */
const PER_FILE = 2_000;

export interface PruneOptions {
  readonly store: Store;
  readonly policy: RetentionPolicy;
  readonly clock: Clock;
  /** Only counts what would go. Default: false. */
  readonly isDryRun?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Removes what the policy lets go, in short transactions, and gives how many rows of each table that were; null where another process
 * is at it. What waits, is not known or is on its way stays, and so do the newest executions of each hand.
 */
export async function pruneStore(options: PruneOptions): Promise<CountByTable | null> {
  const { store, isDryRun = false } = options;
  const owner = store.ids.next();
  if (!isDryRun && !(await takeRetentionLease(store, owner))) return null;
  const removed: Record<string, number> = {};
  const add = (counts: CountByTable) => {
    for (const [table, count] of Object.entries(counts)) {
      if (count > 0) removed[table] = (removed[table] ?? 0) + count;
    }
  };
  try {
    for await (const counts of isDryRun ? countAll(options) : removeAll(options)) {
      add(counts);
      options.signal?.throwIfAborted();
      if (isDryRun) continue;
      await options.clock.sleep(PAUSE_MS);
      if (!(await takeRetentionLease(store, owner))) break;
    }
  } finally {
    if (!isDryRun) await endRetention(store, removed);
  }
  return removed;
}

async function* removeAll({ store, policy }: PruneOptions): AsyncGenerator<CountByTable> {
  const nowMs = store.nowMs();
  const { archiveDir: dir } = policy;
  const chunk = dir === null ? 100 : PER_FILE;
  const parts = await readExecutionParts();
  for await (const ids of inChunks(findPrunableExecutions(store, policy, nowMs), chunk)) {
    if (dir !== null) await archiveExecutions(store, dir, parts, ids);
    for await (const some of inChunks(ids, 25)) {
      yield await deleteExecutions(store, parts, some);
    }
  }
  for await (const ids of inChunks(findPrunableDeliveries(store, policy, nowMs), chunk)) {
    if (dir !== null) await archiveDeliveries(store, dir, ids);
    for await (const some of inChunks(ids, 100)) yield { deliveries: await deleteDeliveries(store, some) };
  }
  if (policy.eventsMs !== null) {
    const createdBefore = nowMs - policy.eventsMs;
    for (;;) {
      const going = await readPrunableEvents(store, { createdBefore });
      if (going.length === 0) break;
      if (dir !== null) await archiveEvents(store, dir, going);
      yield { events: await pruneEvents(store, { createdBefore, limit: going.length }) };
    }
  }
  for await (const hashes of findPrunableVersions(store, policy, nowMs)) {
    if (dir !== null) await archiveVersions(store, dir, hashes);
    yield { hand_versions: await deleteVersions(store, hashes) };
  }
}

async function* countAll({ store, policy }: PruneOptions): AsyncGenerator<CountByTable> {
  const nowMs = store.nowMs();
  const parts = await readExecutionParts();
  for await (const ids of findPrunableExecutions(store, policy, nowMs)) {
    yield await countWholeExecutions(store, parts, ids);
  }
  for await (const ids of findPrunableDeliveries(store, policy, nowMs)) yield { deliveries: ids.length };
  if (policy.eventsMs !== null) {
    yield { events: await countPrunableEvents(store, nowMs - policy.eventsMs) };
  }
  for await (const hashes of findPrunableVersions(store, policy, nowMs))
    yield { hand_versions: hashes.length };
}
