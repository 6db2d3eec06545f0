import { HandsError } from "../core/index.ts";
import { compileSchedule } from "./compile-schedule.ts";
import type { Schedule, ScheduleConfig } from "./types.ts";

/** What to enumerate. */
export interface NextFiresOptions {
  /** The first fire is strictly after it. */
  readonly from: Date;
  /** How many at most; fewer where the schedule ends. */
  readonly count: number;
  /** When the hand was first loaded, from which an interval counts. Default: `from`. */
  readonly anchor?: Date;
}

/**
 * The next fires of a schedule, ascending, in the schedule's own timezone. A text is a cron expression in UTC.
 *
 * Throws: `invalid_schedule`; `invalid_argument` for an invalid date or a count that is not a whole number from 0.
 */
export function nextFires(schedule: Schedule | ScheduleConfig | string, options: NextFiresOptions): Date[] {
  const { from, count, anchor = from } = options;
  if (
    Number.isNaN(from.getTime()) ||
    Number.isNaN(anchor.getTime()) ||
    !Number.isInteger(count) ||
    count < 0
  ) {
    throw new HandsError("invalid_argument", "nextFires needs valid dates and a whole number of fires", {
      hint: "Pass { from: new Date(), count: 5 }.",
    });
  }
  const compiled = toSchedule(schedule);
  const anchorMs = anchor.getTime();
  const fires: Date[] = [];
  let fire = compiled.nextAfter(from.getTime(), anchorMs);
  while (fire !== null && fires.length < count) {
    fires.push(new Date(fire));
    fire = compiled.nextAfter(fire, anchorMs);
  }
  return fires;
}

function toSchedule(schedule: Schedule | ScheduleConfig | string): Schedule {
  if (typeof schedule === "string") return compileSchedule({ cron: schedule });
  return "nextAfter" in schedule ? schedule : compileSchedule(schedule);
}
