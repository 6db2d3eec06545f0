import { calculateNextFire } from "../registry/index.ts";
import { recomputeNextFireAt } from "../schedule/index.ts";
import type { HandStateRow, NextFireColumns, Store } from "../store/index.ts";
import { findHandState, insertMissingHandStates, listHandStates, moveNextFire } from "../store/index.ts";
import type { Job } from "./job.ts";

/** Up to as many states are read one by one; beyond, the whole table is cheaper. */
const FEW = 20;
/** Moves of one transaction: a few tens of milliseconds. */
const MOVES_AT_ONCE = 200;

interface Move {
  readonly handName: string;
  readonly from: NextFireColumns;
  readonly to: NextFireColumns;
}

/**
 * Gives each job the next fire that it should have. A stored one of the same schedule stays, also where it was missed, unless the clock went
 * back; a new or changed schedule counts from now. Writes only what differs.
 */
export async function syncNextFires(store: Store, jobs: readonly Job[]): Promise<void> {
  const states = await readStates(store, jobs);
  const nowMs = store.nowMs();
  const moves: Move[] = [];
  for (const job of jobs) {
    const from = states.get(job.handName);
    if (from === undefined) continue;
    const to = calculateWanted(job, from, nowMs);
    if (!isSame(from, to)) moves.push({ handName: job.handName, from, to });
  }
  for (let start = 0; start < moves.length; start += MOVES_AT_ONCE) {
    await store.transaction(async (transaction) => {
      for (const { handName, from, to } of moves.slice(start, start + MOVES_AT_ONCE)) {
        // Lost where another process moved it since: then that one has done the same, or knows better.
        if (await moveNextFire(transaction, handName, from, to))
          transaction.notify({ kind: "hand", handName });
      }
    });
  }
}

function calculateWanted({ handName, schedule }: Job, state: HandStateRow, nowMs: number): NextFireColumns {
  const anchorMs = state.anchor_at ?? nowMs;
  const nextFireAt = recomputeNextFireAt({
    schedule,
    nextFireAt: state.schedule_hash === schedule.hash ? state.next_run_at : null,
    lastFireAt: state.last_fire_at,
    nowMs,
    anchorMs,
  });
  return calculateNextFire({ handName, schedule, nextFireAt, anchorMs });
}

/** The states of the jobs' hands, made where there are none. */
async function readStates(store: Store, jobs: readonly Job[]): Promise<ReadonlyMap<string, HandStateRow>> {
  const states = await findStates(store, jobs);
  const missing = jobs.map(({ handName }) => handName).filter((name) => states.get(name)?.anchor_at == null);
  if (missing.length === 0) return states;
  await store.transaction((transaction) => insertMissingHandStates(transaction, missing));
  return await findStates(store, jobs);
}

async function findStates(store: Store, jobs: readonly Job[]): Promise<ReadonlyMap<string, HandStateRow>> {
  const rows =
    jobs.length > FEW
      ? await listHandStates(store)
      : await Promise.all(jobs.map(({ handName }) => findHandState(store, handName)));
  return new Map(rows.flatMap((row) => (row === undefined ? [] : [[row.hand_name, row]])));
}

function isSame(left: NextFireColumns, right: NextFireColumns): boolean {
  return (
    left.next_run_at === right.next_run_at &&
    left.due_at === right.due_at &&
    left.schedule_hash === right.schedule_hash
  );
}
