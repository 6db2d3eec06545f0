import type { HandConfig } from "../manifest/index.ts";
import type { Schedule } from "../schedule/index.ts";
import { compileSchedule, planSkippedFires } from "../schedule/index.ts";
import type { Store, StoreTransaction } from "../store/index.ts";
import { findHandRow, listDueHands, lockHandState, moveNextFire } from "../store/index.ts";
import { calculateNextFire } from "./next-fire.ts";
import { recordSkippedFires } from "./record-skipped-fires.ts";

/** A hand whose fires have come due, and its schedule. */
export interface DueSchedule {
  readonly handName: string;
  readonly schedule: Schedule;
}

/**
 * The schedules of hands with fires that nobody has dealt with, because no scheduler lives: of one hand, or of all. Read and compiled
 * before the transaction that needs them.
 */
export async function findDueSchedules(
  store: Store,
  handName: string | null,
  findHand: (name: string) => HandConfig | undefined,
): Promise<readonly DueSchedule[]> {
  const due = await listDueHands(store, store.nowMs());
  const found: DueSchedule[] = [];
  for (const name of due) {
    if (handName !== null && name !== handName) continue;
    const config = findHand(name)?.schedule ?? (await findIndexedSchedule(store, name));
    if (config != null) found.push({ handName: name, schedule: compileSchedule(config) });
  }
  return found;
}

async function findIndexedSchedule(store: Store, name: string): Promise<HandConfig["schedule"]> {
  const row = await findHandRow(store, name);
  if (row === undefined) return null;
  // Seldom needed, and it comes with a schema.
  const { lookUpRow } = await import("./look-up-row.ts");
  const lookup = lookUpRow(row, null);
  return "hand" in lookup ? lookup.hand.schedule : null;
}

/** Records the fires of paused time as such, so that resuming does not catch them up. A changed schedule is left to the scheduler. */
export async function settlePausedFires(
  transaction: StoreTransaction,
  { handName, schedule }: DueSchedule,
): Promise<void> {
  const state = await lockHandState(transaction, handName);
  if (state === undefined || state.next_run_at === null || state.next_run_at > transaction.nowMs) return;
  if (state.schedule_hash !== schedule.hash) return;
  const anchorMs = state.anchor_at ?? transaction.nowMs;
  const plan = planSkippedFires({ schedule, dueAt: state.next_run_at, nowMs: transaction.nowMs, anchorMs });
  for (const fires of plan.skipped) {
    await recordSkippedFires(transaction, {
      handName,
      reason: "paused",
      fires,
      schedule,
      anchorMs,
      lastFireAt: state.last_fire_at,
    });
  }
  await moveNextFire(transaction, handName, state, {
    ...calculateNextFire({ handName, schedule, nextFireAt: plan.nextFireAt, anchorMs }),
    last_fire_at: plan.skipped.at(-1)?.last ?? state.last_fire_at,
  });
}
