import { calculateNextFire, recordSkippedFires } from "../registry/index.ts";
import type { CatchUpPolicy, FirePlan } from "../schedule/index.ts";
import { planFires, planSkippedFires } from "../schedule/index.ts";
import type { HandStateRow, StoreTransaction } from "../store/index.ts";
import { isAllPaused, lockHandState, moveNextFire } from "../store/index.ts";
import type { Job } from "./job.ts";
import type { StartExecution } from "./types.ts";

/** What firing needs besides the job. */
export interface FireParts {
  readonly startExecution: StartExecution;
  /** For schedules that do not say; undefined is the plan's own default. */
  readonly defaultCatchUp: CatchUpPolicy | undefined;
}

/** What dealing with a due hand came to. `not_due`: another process was first. `not_ours`: it knows another schedule, or the hand is disabled. */
export type FireResult = "fired" | "not_due" | "not_ours";

/**
 * Deals with a hand's due fires, in one transaction: moves its next fire on from what it was, starts what is to run, and records what is
 * not.
 */
export async function fireHand(
  transaction: StoreTransaction,
  { handName, schedule }: Job,
  { startExecution, defaultCatchUp }: FireParts,
): Promise<FireResult> {
  const { nowMs } = transaction;
  const state = await lockHandState(transaction, handName);
  if (state === undefined || !isDue(state, nowMs)) return "not_due";
  if (state.schedule_hash !== schedule.hash || state.enabled_override === 0) return "not_ours";
  const anchorMs = state.anchor_at ?? nowMs;
  // A fire that its jitter holds back is not late, so what its lateness is measured from is held back as well.
  const due = {
    schedule,
    dueAt: state.next_run_at,
    nowMs: nowMs - (state.due_at - state.next_run_at),
    anchorMs,
  };
  const isPaused = state.is_paused === 1 || (await isAllPaused(transaction));
  const plan = isPaused
    ? planSkippedFires(due)
    : planFires({ ...due, catchUp: schedule.config.catchUp ?? defaultCatchUp });
  const hasMoved = await moveNextFire(transaction, handName, state, {
    ...calculateNextFire({ handName, schedule, nextFireAt: plan.nextFireAt, anchorMs }),
    last_fire_at: findLastFire(plan) ?? state.last_fire_at,
  });
  if (!hasMoved) return "not_due";
  for (const fires of plan.skipped) {
    const reason = isPaused ? "paused" : "missed";
    const lastFireAt = state.last_fire_at;
    await recordSkippedFires(transaction, { handName, reason, fires, schedule, anchorMs, lastFireAt });
  }
  for (const scheduledFor of plan.run) {
    await startExecution(transaction, { handName, trigger: "schedule", scheduledFor });
  }
  return "fired";
}

type DueState = HandStateRow & { readonly next_run_at: number; readonly due_at: number };

function isDue(state: HandStateRow, nowMs: number): state is DueState {
  return (
    state.enabled_override !== 0 &&
    state.next_run_at !== null &&
    state.due_at !== null &&
    state.due_at <= nowMs
  );
}

function findLastFire({ run, skipped }: FirePlan): number | null {
  const fires = [...run, ...skipped.map(({ last }) => last)];
  return fires.length === 0 ? null : Math.max(...fires);
}
