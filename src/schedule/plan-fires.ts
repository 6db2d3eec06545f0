import { listFires, listNewestFires } from "./newest-fires.ts";
import type { CatchUpPolicy, FirePlan, FireRange, Schedule } from "./types.ts";

/** A fire that is at most this late is on time, whatever the policy says. */
export const ON_TIME_MS = 60_000;

/** The most missed fires that one plan runs. */
export const MOST_CAUGHT_UP = 100;

/** The grace of a schedule that names none is never longer than this. */
export const LONGEST_DEFAULT_GRACE_MS = 86_400_000;

/** A due hand at one moment. */
export interface DueHand {
  readonly schedule: Schedule;
  /** The stored next fire. It is taken as a fire even where the schedule would no longer name it. */
  readonly dueAt: number;
  readonly nowMs: number;
  readonly anchorMs: number;
}

/** A due hand, and what its schedule says about missed fires. */
export interface FirePlanInput extends DueHand {
  /** Default: the schedule's own, else `one`. */
  readonly catchUp?: CatchUpPolicy | undefined;
  /** Default: the schedule's own, else one period, at most 24 hours; for `all` 24 hours. */
  readonly graceMs?: number | undefined;
}

/**
 * What the fires from `dueAt` to now come to. Every fire in that time is in exactly one place: in `run`, or in the one range
 * of `skipped`.
 *
 * A fire at most {@link ON_TIME_MS} late is on time and runs. Of the older, missed ones:
 * - `one` runs the newest, if it is inside the grace and no fire of the plan is on time: a later run does its work;
 * - `all` runs the newest {@link MOST_CAUGHT_UP} inside the grace;
 * - `none` runs none.
 *
 * With `all` the default grace is not one period, which would leave a single fire to run.
 */
export function planFires(input: FirePlanInput): FirePlan {
  const { schedule, dueAt, nowMs, anchorMs } = input;
  if (dueAt > nowMs) return { run: [], skipped: [], nextFireAt: dueAt };
  const onTimeFromMs = Math.max(dueAt, nowMs - ON_TIME_MS);
  const onTime = listDueFires(input, onTimeFromMs, nowMs + 1);
  const caughtUp = onTimeFromMs === dueAt ? [] : listCaughtUp(input, onTimeFromMs, onTime.length > 0);
  const skippedUntilMs = caughtUp[0] ?? onTimeFromMs;
  return {
    run: [...caughtUp, ...onTime],
    skipped: skippedUntilMs === dueAt ? [] : [toRange(input, skippedUntilMs)],
    nextFireAt: schedule.nextAfter(nowMs, anchorMs),
  };
}

/** The plan of a hand that is paused: every fire up to now is skipped, as one range. */
export function planSkippedFires(input: DueHand): FirePlan {
  const { schedule, dueAt, nowMs, anchorMs } = input;
  if (dueAt > nowMs) return { run: [], skipped: [], nextFireAt: dueAt };
  return { run: [], skipped: [toRange(input, nowMs + 1)], nextFireAt: schedule.nextAfter(nowMs, anchorMs) };
}

/** What is left of a range after an instant in it; null where nothing is. */
export function cutRange(
  { schedule, anchorMs }: Pick<DueHand, "schedule" | "anchorMs">,
  { last }: FireRange,
  afterMs: number,
): FireRange | null {
  const first = schedule.nextAfter(afterMs, anchorMs);
  if (first === null || first > last) return null;
  return { first, last, count: 1 + schedule.countBetween(first + 1, last + 1, anchorMs) };
}

/** The missed fires that run, ascending: the newest of those before `untilMs`. */
function listCaughtUp(input: FirePlanInput, untilMs: number, isAnyOnTime: boolean): number[] {
  const { schedule, nowMs, anchorMs } = input;
  const catchUp = input.catchUp ?? schedule.config.catchUp ?? "one";
  const graceMs = input.graceMs ?? schedule.config.graceMs;
  if (catchUp === "none" || (catchUp === "one" && isAnyOnTime)) return [];
  const newest = listNewestDueFires(input, untilMs, catchUp === "all" ? MOST_CAUGHT_UP : 1);
  return newest.filter((fire) => {
    const nextFire = catchUp === "all" ? null : schedule.nextAfter(fire, anchorMs);
    const periodMs = nextFire === null ? Number.POSITIVE_INFINITY : nextFire - fire;
    return nowMs - fire <= (graceMs ?? Math.min(periodMs, LONGEST_DEFAULT_GRACE_MS));
  });
}

/** The fires from `dueAt` until an instant later than it, as one range. */
function toRange(input: DueHand, untilMs: number): FireRange {
  const { schedule, dueAt, anchorMs } = input;
  return {
    first: dueAt,
    last: listNewestDueFires(input, untilMs, 1)[0] ?? dueAt,
    count: 1 + schedule.countBetween(dueAt + 1, untilMs, anchorMs),
  };
}

function listDueFires({ schedule, dueAt, anchorMs }: DueHand, fromMs: number, untilMs: number): number[] {
  const later = listFires({ schedule, fromMs: Math.max(fromMs, dueAt + 1), untilMs, anchorMs });
  return fromMs <= dueAt ? [dueAt, ...later] : later;
}

function listNewestDueFires(
  { schedule, dueAt, anchorMs }: DueHand,
  untilMs: number,
  limit: number,
): number[] {
  const later = listNewestFires({ schedule, fromMs: dueAt + 1, untilMs, anchorMs }, limit);
  return later.length < limit ? [dueAt, ...later] : later;
}
