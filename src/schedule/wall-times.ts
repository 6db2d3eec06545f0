import type { CalendarDays } from "./calendar-days.ts";
import type { ClockTimes } from "./clock-times.ts";

/** A set of wall times, whole seconds, each written as the epoch milliseconds it would have if it were UTC. */
export interface WallTimes {
  /** The first at or after a wall time, or null where there is none before the year 3000. */
  nextFrom(wallMs: number): number | null;
  /** How many there are with `fromMs <= wall < untilMs`. */
  count(fromMs: number, untilMs: number): number;
}

const DAY_MS = 86_400_000;

/** Every time of day on every one of the days. */
export function createWallTimes(days: CalendarDays, times: ClockTimes): WallTimes {
  function countBefore(wallMs: number, firstDay: number): number {
    const day = Math.floor(wallMs / DAY_MS);
    const fullDays = days.count(firstDay, day) * times.perDay;
    return days.nextFrom(day) === day ? fullDays + times.countBefore(secondOfDay(wallMs, day)) : fullDays;
  }

  return {
    nextFrom(wallMs) {
      const day = Math.floor(wallMs / DAY_MS);
      const matching = days.nextFrom(day);
      if (matching === day) {
        const second = times.nextFrom(secondOfDay(wallMs, day));
        if (second !== null) return day * DAY_MS + second * 1000;
      }
      const next = matching === day ? days.nextFrom(day + 1) : matching;
      return next === null ? null : next * DAY_MS + times.first * 1000;
    },
    count(fromMs, untilMs) {
      if (untilMs <= fromMs) return 0;
      const firstDay = Math.floor(fromMs / DAY_MS);
      return countBefore(untilMs, firstDay) - countBefore(fromMs, firstDay);
    },
  };
}

function secondOfDay(wallMs: number, day: number): number {
  return Math.ceil((wallMs - day * DAY_MS) / 1000);
}
