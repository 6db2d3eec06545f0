import { fc } from "../support/properties.ts";

/**
 * A second, slow way to find fires, which shares no code with `src/schedule`: every minute of a stretch of time is put on
 * the wall by the platform, and tried against sets of numbers that were never a text.
 */
export interface OracleField {
  readonly text: string;
  readonly values: ReadonlySet<number>;
}

export interface OracleCron {
  readonly minute: OracleField;
  readonly hour: OracleField;
  readonly dayOfMonth: OracleField;
  readonly month: OracleField;
  readonly weekday: OracleField;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export function toText(cron: OracleCron): string {
  return [cron.minute, cron.hour, cron.dayOfMonth, cron.month, cron.weekday]
    .map((field) => field.text)
    .join(" ");
}

/** Instants, a minute apart, with the wall time at each. */
export function wallMinutes(
  timezone: string,
  fromMs: number,
  untilMs: number,
): { at: number; wallMs: number }[] {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const minutes: { at: number; wallMs: number }[] = [];
  for (let at = fromMs; at < untilMs; at += MINUTE_MS) {
    const parts = Object.fromEntries(
      format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
    minutes.push({ at, wallMs: Date.UTC(year, month - 1, day, hour, minute) });
  }
  return minutes;
}

export function matchesWall(cron: OracleCron, wallMs: number): boolean {
  const wall = new Date(wallMs);
  if (!cron.minute.values.has(wall.getUTCMinutes())) return false;
  if (!cron.hour.values.has(wall.getUTCHours())) return false;
  if (!cron.month.values.has(wall.getUTCMonth() + 1)) return false;
  const isDayOfMonth = cron.dayOfMonth.values.has(wall.getUTCDate());
  const isWeekday = cron.weekday.values.has(wall.getUTCDay());
  if (cron.dayOfMonth.text !== "*" && cron.weekday.text !== "*") return isDayOfMonth || isWeekday;
  return isDayOfMonth && isWeekday;
}

/** The fires of a stretch of time whose minutes are known from at least a day and a half before it. */
export function oracleFires(
  cron: OracleCron,
  minutes: readonly { at: number; wallMs: number }[],
  fromMs: number,
  untilMs: number,
): number[] {
  const isElapsed = cron.minute.text.includes("*") || cron.hour.text.includes("*");
  const fires = new Set<number>();
  let reachedWall = minutes[0]?.wallMs ?? 0;
  for (const { at, wallMs } of minutes) {
    if (isElapsed) {
      if (matchesWall(cron, wallMs)) fires.add(at);
      continue;
    }
    // Every wall time that the clock reaches here for the first time, or jumps over.
    for (; reachedWall <= wallMs; reachedWall += MINUTE_MS) if (matchesWall(cron, reachedWall)) fires.add(at);
  }
  return [...fires].filter((fire) => fromMs <= fire && fire < untilMs);
}

/** A field of a cron expression together with the numbers it stands for. */
function fieldArbitrary(lowest: number, highest: number, starWeight: number): fc.Arbitrary<OracleField> {
  const number = fc.integer({ min: lowest, max: highest });
  const span = (from: number, to: number, step = 1) => {
    const values: number[] = [];
    for (let value = from; value <= to; value += step) values.push(value);
    return values;
  };
  const range = fc
    .tuple(number, number)
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);
  const step = fc.integer({ min: 1, max: Math.min(15, highest - lowest) });
  const item: fc.Arbitrary<{ text: string; values: number[] }> = fc.oneof(
    { weight: 4, arbitrary: number.map((value) => ({ text: `${value}`, values: [value] })) },
    { weight: 2, arbitrary: range.map(([from, to]) => ({ text: `${from}-${to}`, values: span(from, to) })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(range, step)
        .map(([[from, to], by]) => ({ text: `${from}-${to}/${by}`, values: span(from, to, by) })),
    },
    { weight: 1, arbitrary: step.map((by) => ({ text: `*/${by}`, values: span(lowest, highest, by) })) },
  );
  return fc.oneof(
    { weight: starWeight, arbitrary: fc.constant({ text: "*", values: new Set(span(lowest, highest)) }) },
    {
      weight: 4,
      arbitrary: fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => ({
        text: items.map(({ text }) => text).join(","),
        values: new Set(items.flatMap(({ values }) => values)),
      })),
    },
  );
}

/** Expressions whose hours lie where clocks are changed about half of the time. */
export const cronArbitrary: fc.Arbitrary<OracleCron> = fc.record({
  minute: fieldArbitrary(0, 59, 1),
  hour: fc.oneof(
    fieldArbitrary(0, 23, 2),
    fieldArbitrary(0, 4, 1).filter(({ text }) => !text.includes("*")),
  ),
  dayOfMonth: fieldArbitrary(1, 31, 4),
  month: fieldArbitrary(1, 12, 8),
  weekday: fieldArbitrary(0, 6, 4),
});

/** Days around which clocks change, or do not. */
export const CLOCK_CHANGES = [
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2026-10-25"],
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2026-11-01"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["Pacific/Apia", "2011-12-30"],
  ["Asia/Kathmandu", "1986-01-01"],
  ["America/Nuuk", "2026-03-29"],
  ["America/Nuuk", "2026-10-25"],
  ["America/Santiago", "2026-09-06"],
  ["America/Santiago", "2026-04-05"],
  ["Africa/Casablanca", "2026-02-15"],
  ["Pacific/Chatham", "2026-09-27"],
  ["Pacific/Kwajalein", "1993-08-21"],
  ["UTC", "2024-02-29"],
] as const;
