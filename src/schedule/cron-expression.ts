import { CronPattern } from "croner";
import { describeError, findNearest, HandsError } from "../core/index.ts";
import { createMemory } from "./memory.ts";

/** A cron expression, taken apart. */
export interface CronExpression {
  /** As it was written, with single spaces. */
  readonly text: string;
  /** Ascending, as are minutes and hours. */
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** The fields for day of month, month and weekday. */
  readonly dayFields: readonly [dayOfMonth: string, month: string, weekday: string];
  /** Does the minute or the hour contain a `*`? Then a change of the clocks is answered by elapsed time, not by wall time. */
  readonly followsElapsedTime: boolean;
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["@hourly", "0 * * * *"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@weekly", "0 0 * * 0"],
  ["@monthly", "0 0 1 * *"],
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
]);

const ALLOWED_IN_TIME = /^[\d*,/-]+$/;
const ALLOWED_IN_DAY = /^[\dA-Za-z*,/#-]+$/;

/**
 * Takes apart a cron expression: five fields, six with seconds first, or an alias such as `@daily`. In a day field `?` is
 * `*`. Whether it ever fires is not asked here.
 *
 * Throws: `invalid_schedule`.
 */
export function parseCronExpression(written: string): CronExpression {
  return rememberExpression(written, () => parse(written));
}

const rememberExpression = createMemory<CronExpression>(1000);

function parse(written: string): CronExpression {
  const text = written.trim().replace(/\s+/g, " ");
  const fields = (text.startsWith("@") ? expandAlias(text) : text).split(" ");
  if (fields.length === 5) fields.unshift("0");
  const [second, minute, hour, dayOfMonthOrAny, month, weekdayOrAny, ...more] = fields;
  if (
    second === undefined ||
    minute === undefined ||
    hour === undefined ||
    dayOfMonthOrAny === undefined ||
    month === undefined ||
    weekdayOrAny === undefined ||
    more.length > 0
  ) {
    throw refuse(
      text,
      `it has ${fields.length} fields`,
      more.length > 0
        ? "There is no field for the year: bound the schedule with start and end."
        : 'Write five fields, "minute hour day-of-month month weekday", or six with the second first.',
    );
  }
  const dayOfMonth = dayOfMonthOrAny === "?" ? "*" : dayOfMonthOrAny;
  const weekday = weekdayOrAny === "?" ? "*" : weekdayOrAny;
  for (const field of [second, minute, hour]) {
    if (!ALLOWED_IN_TIME.test(field))
      throw refuse(text, `${JSON.stringify(field)} is not a second, minute or hour`);
  }
  for (const field of [dayOfMonth, month, weekday]) {
    if (!ALLOWED_IN_DAY.test(field)) throw refuse(text, `${JSON.stringify(field)} is not a day or month`);
  }
  const pattern = readPattern(text, [second, minute, hour, dayOfMonth, month, weekday].join(" "));
  return {
    text,
    seconds: listSet(pattern.second),
    minutes: listSet(pattern.minute),
    hours: listSet(pattern.hour),
    dayFields: [dayOfMonth, month, weekday],
    followsElapsedTime: minute.includes("*") || hour.includes("*"),
  };
}

function expandAlias(text: string): string {
  const alias = text.toLowerCase();
  const expanded = ALIASES.get(alias);
  if (expanded !== undefined) return expanded;
  if (alias === "@reboot") {
    throw refuse(
      text,
      "a hand fires at times, and a restart is not one",
      'Write a time or an interval; a hand that was down catches up by itself (catch_up = "one").',
    );
  }
  const nearest = findNearest(alias, ALIASES.keys());
  throw refuse(
    text,
    "there is no such alias",
    nearest === undefined
      ? `The aliases are ${[...ALIASES.keys()].join(", ")}.`
      : `Did you mean ${JSON.stringify(nearest)}?`,
  );
}

function readPattern(text: string, sixFields: string): CronPattern {
  try {
    return new CronPattern(sixFields, undefined, { mode: "6-part" });
  } catch (error) {
    const reason = describeError(error).replace(/^CronPattern: (Syntax error, )?/, "");
    throw refuse(text, explainRange(reason) ?? reason, hintFor(sixFields, reason), error);
  }
}

/** croner's fields, with what they are called, what they count from, and what they hold. */
const FIELDS: Readonly<Record<string, readonly [name: string, countsFrom: number, range: string]>> = {
  second: ["second", 0, "0 to 59"],
  minute: ["minute", 0, "0 to 59"],
  hour: ["hour", 0, "0 to 23"],
  day: ["day of month", 1, "1 to 31"],
  nearestWeekdays: ["day of month", 1, "1 to 31"],
  month: ["month", 1, "1 to 12"],
  dayOfWeek: ["weekday", 0, "0 to 7"],
};

/** croner reports a value out of range as it stores it, so that day 32 would be called 31. */
function explainRange(reason: string): string | null {
  const [, field = "", value] = /^Invalid value for (\w+): (-?\d+)$/.exec(reason) ?? [];
  const known = FIELDS[field];
  if (known === undefined) return null;
  const [name, countsFrom, range] = known;
  return `${name} ${Number(value) + countsFrom} is not in the range ${range}`;
}

/** A hint for the slips that are made most. */
function hintFor(sixFields: string, reason: string): string | undefined {
  if (/(^|[ ,])\d+\/\d/.test(sixFields)) {
    return 'A step needs a range: write "5-59/10" instead of "5/10".';
  }
  if (reason.startsWith("From value is larger")) {
    return 'A range goes upward: split it in two, as in "22-23,0-2" for hours and "SAT-SUN,MON" for weekdays.';
  }
  const weekday = sixFields.split(" ")[5] ?? "";
  if (/^L$/i.test(weekday))
    return 'Say which weekday is the last of the month, as in "5L" for its last Friday.';
  return undefined;
}

function refuse(text: string, reason: string, hint?: string, cause?: unknown): HandsError {
  return new HandsError("invalid_schedule", `${JSON.stringify(text)} is not a cron expression: ${reason}`, {
    hint: hint ?? 'Write "minute hour day-of-month month weekday", as in "0 7,19 * * *" for 07:00 and 19:00.',
    details: { field: "cron" },
    cause,
  });
}

function listSet(flags: readonly number[]): number[] {
  return flags.flatMap((flag, value) => (flag === 0 ? [] : [value]));
}
