import type { CronExpression } from "./cron-expression.ts";

/** The times of day at which an expression fires, as seconds since midnight. */
export interface ClockTimes {
  /** How many there are in a day. */
  readonly perDay: number;
  readonly first: number;
  /** The first at or after a second of the day, or null where the day has no more. */
  nextFrom(secondOfDay: number): number | null;
  /** How many come before a second of the day. */
  countBefore(secondOfDay: number): number;
}

/** The times of day of an expression: every hour with every minute with every second of its fields. */
export function createClockTimes(
  expression: Pick<CronExpression, "seconds" | "minutes" | "hours">,
): ClockTimes {
  const seconds = createNumberSet(expression.seconds, 60);
  const minutes = createNumberSet(expression.minutes, 60);
  const hours = createNumberSet(expression.hours, 24);
  const perHour = minutes.size * seconds.size;

  function nextFrom(secondOfDay: number): number | null {
    const hour = Math.floor(secondOfDay / 3600);
    const minute = Math.floor(secondOfDay / 60) % 60;
    if (hours.has(hour)) {
      if (minutes.has(minute)) {
        const second = seconds.nextFrom(secondOfDay % 60);
        if (second !== null) return hour * 3600 + minute * 60 + second;
      }
      const nextMinute = minutes.nextFrom(minute + 1);
      if (nextMinute !== null) return hour * 3600 + nextMinute * 60 + seconds.first;
    }
    const nextHour = hours.nextFrom(hour + 1);
    return nextHour === null ? null : nextHour * 3600 + minutes.first * 60 + seconds.first;
  }

  return {
    perDay: hours.size * perHour,
    first: hours.first * 3600 + minutes.first * 60 + seconds.first,
    nextFrom: (secondOfDay) => nextFrom(secondOfDay),
    countBefore(secondOfDay) {
      const hour = Math.floor(secondOfDay / 3600);
      const minute = Math.floor(secondOfDay / 60) % 60;
      const inHour = minutes.has(minute) ? seconds.countBefore(secondOfDay % 60) : 0;
      const inDay = hours.has(hour) ? minutes.countBefore(minute) * seconds.size + inHour : 0;
      return hours.countBefore(hour) * perHour + inDay;
    },
  };
}

interface NumberSet {
  readonly size: number;
  readonly first: number;
  has(value: number): boolean;
  nextFrom(value: number): number | null;
  countBefore(value: number): number;
}

/** Answers by table, because fires are enumerated in the hundreds of thousands. */
function createNumberSet(members: readonly number[], limit: number): NumberSet {
  const none = limit;
  const nextTable = new Array<number>(limit + 1).fill(none);
  const countTable = new Array<number>(limit + 1).fill(0);
  for (let value = limit - 1; value >= 0; value -= 1) {
    nextTable[value] = members.includes(value) ? value : (nextTable[value + 1] ?? none);
  }
  for (let value = 1; value <= limit; value += 1) {
    countTable[value] = (countTable[value - 1] ?? 0) + (members.includes(value - 1) ? 1 : 0);
  }
  return {
    size: members.length,
    first: nextTable[0] ?? none,
    has: (value) => nextTable[value] === value && value < limit,
    nextFrom(value) {
      const next = nextTable[value] ?? none;
      return next === none ? null : next;
    },
    countBefore: (value) => countTable[value] ?? members.length,
  };
}
