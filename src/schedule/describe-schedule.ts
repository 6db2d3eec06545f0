import type { CronExpression } from "./cron-expression.ts";
import { parseCronExpression } from "./cron-expression.ts";
import type { ScheduleConfig } from "./types.ts";
import { parseTimeOfDay } from "./written-times.ts";

const UNITS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** More times a day than these are not read any more. */
const MOST_TIMES_IN_WORDS = 6;

/**
 * A schedule in plain English, as in `every day at 07:00 and 19:00, Europe/Berlin`. What it cannot say with certainty it
 * gives as the expression itself.
 *
 * Throws: `invalid_schedule` for an expression that cannot be taken apart. Whether the schedule ever fires is not asked.
 */
export function describeSchedule(config: ScheduleConfig): string {
  const bounds = [
    config.start === undefined ? "" : `, from ${config.start}`,
    config.end === undefined ? "" : `, until ${config.end}`,
  ];
  return `${describeFires(config)}${bounds.join("")}`;
}

function describeFires({ cron, interval, at, timezone = "UTC" }: ScheduleConfig): string {
  if (interval !== undefined) return `every ${describePeriod(interval)}`;
  if (at !== undefined) {
    if (parseTimeOfDay(at) !== null) return `every day at ${at.trim()}, ${timezone}`;
    return /(?:z|[+-]\d\d:?\d\d)$/i.test(at.trim())
      ? `once, at ${at.trim()}`
      : `once, at ${at.trim()}, ${timezone}`;
  }
  const expression = parseCronExpression(cron ?? "");
  const words = describeExpression(expression);
  return `${words ?? `cron ${expression.text}`}, ${timezone}`;
}

function describeExpression(expression: CronExpression): string | null {
  const { seconds, minutes, hours } = expression;
  const day = describeDay(expression.dayFields);
  if (day === null || seconds.length !== 1 || seconds[0] !== 0) return null;
  if (hours.length === 24) {
    if (day !== "every day") return null;
    const step = findStep(minutes, 60);
    if (step !== null) return `every ${describePeriod(step * 60)}`;
    return minutes.length === 1 && minutes[0] !== 0 ? `every hour at minute ${minutes[0]}` : null;
  }
  if (hours.length * minutes.length > MOST_TIMES_IN_WORDS) return null;
  const times = hours.flatMap((hour) => minutes.map((minute) => `${twoDigits(hour)}:${twoDigits(minute)}`));
  return `${day} at ${joinWords(times)}`;
}

/** Which days in words, or null where they are harder to say than to read. */
function describeDay([dayOfMonth, month, weekday]: CronExpression["dayFields"]): string | null {
  if (month !== "*") return null;
  if (dayOfMonth === "*" && weekday === "*") return "every day";
  if (weekday === "*") {
    if (/^L$/i.test(dayOfMonth)) return "on the last day of every month";
    return /^\d+$/.test(dayOfMonth) ? `on day ${Number(dayOfMonth)} of every month` : null;
  }
  if (dayOfMonth !== "*") return null;
  const range = /^([0-7])-([0-7])$/.exec(weekday);
  if (range !== null) return `every ${WEEKDAYS[Number(range[1])]} to ${WEEKDAYS[Number(range[2])]}`;
  if (!/^[0-7](,[0-7])*$/.test(weekday)) return null;
  return `every ${joinWords([...new Set(weekday.split(",").map((digit) => WEEKDAYS[Number(digit)] ?? digit))])}`;
}

/** The step of values that fill a circle evenly from 0, or null: of 0, 15, 30, 45 in 60 it is 15. */
function findStep(values: readonly number[], circle: number): number | null {
  const step = circle / values.length;
  return Number.isInteger(step) && values.every((value, index) => value === index * step) ? step : null;
}

function describePeriod(seconds: number): string {
  for (const [unit, length] of UNITS) {
    if (seconds % length === 0) return seconds === length ? unit : `${seconds / length} ${unit}s`;
  }
  return seconds === 1 ? "second" : `${seconds} seconds`;
}

function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
