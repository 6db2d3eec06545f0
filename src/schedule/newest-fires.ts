import type { Schedule } from "./types.ts";

/** Where to look for fires, `fromMs <= fire < untilMs`. */
export interface FireSearch {
  readonly schedule: Schedule;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly anchorMs: number;
}

/** All fires of a stretch of time, ascending. */
export function listFires({ schedule, fromMs, untilMs, anchorMs }: FireSearch): number[] {
  const fires: number[] = [];
  let fire = schedule.nextAfter(fromMs - 1, anchorMs);
  while (fire !== null && fire < untilMs) {
    fires.push(fire);
    fire = schedule.nextAfter(fire, anchorMs);
  }
  return fires;
}

/**
 * The newest fires of a stretch of time, ascending, at most `limit`. A schedule can only be walked forward, so the place to
 * start from is found by counting, which is cheap however many there are.
 */
export function listNewestFires(search: FireSearch, limit: number): number[] {
  const { schedule, fromMs, untilMs, anchorMs } = search;
  if (limit <= 0 || untilMs <= fromMs) return [];
  const hasEnough = (startMs: number) => schedule.countBetween(startMs, untilMs, anchorMs) >= limit;

  let widthMs = limit * 1000;
  while (untilMs - widthMs > fromMs && !hasEnough(untilMs - widthMs)) widthMs *= 2;
  let enoughMs = Math.max(fromMs, untilMs - widthMs);
  if (!hasEnough(enoughMs)) return listFires({ ...search, fromMs: enoughMs });

  let tooLateMs = untilMs;
  while (tooLateMs - enoughMs > 1) {
    const middleMs = Math.floor((enoughMs + tooLateMs) / 2);
    if (hasEnough(middleMs)) enoughMs = middleMs;
    else tooLateMs = middleMs;
  }
  return listFires({ ...search, fromMs: enoughMs });
}
