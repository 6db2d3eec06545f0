import { Cron } from "croner";
import type { CronExpression } from "./cron-expression.ts";

/** The days on which an expression fires, as days since 1970-01-01 of the calendar on the wall. */
export interface CalendarDays {
  /** The first at or after a day, or null where there is none before the year 3000. */
  nextFrom(day: number): number | null;
  /** How many there are with `fromDay <= day < untilDay`. */
  count(fromDay: number, untilDay: number): number;
}

const DAY_MS = 86_400_000;

/**
 * The days of an expression. A day matches by month and by day of month and weekday: where both of these are restricted,
 * either is enough; a field is unrestricted only when it is exactly `*`.
 *
 * croner is asked for midnights in UTC, where no clock ever changes: daylight saving is decided by us, in `wall-fires.ts`.
 */
export function createCalendarDays({ dayFields }: Pick<CronExpression, "dayFields">): CalendarDays {
  if (dayFields.every((field) => field === "*")) {
    return { nextFrom: (day) => day, count: (fromDay, untilDay) => Math.max(0, untilDay - fromDay) };
  }
  const midnights = new Cron(`0 0 0 ${dayFields.join(" ")}`, { utcOffset: 0, mode: "6-part" });
  // The last answer, which also answers for every day between question and answer.
  let asked = 0;
  let answer = -1;

  function nextFrom(day: number): number | null {
    if (asked <= day && day <= answer) return answer;
    const midnight = midnights.nextRun(new Date(day * DAY_MS - 1000));
    if (midnight === null) return null;
    asked = day;
    answer = midnight.getTime() / DAY_MS;
    return answer;
  }

  return {
    nextFrom: (day) => nextFrom(day),
    count(fromDay, untilDay) {
      let count = 0;
      let day = nextFrom(fromDay);
      while (day !== null && day < untilDay) {
        count += 1;
        day = nextFrom(day + 1);
      }
      return count;
    },
  };
}
