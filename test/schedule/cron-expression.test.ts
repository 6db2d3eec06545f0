import { describe, expect, test } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import type { ScheduleConfig } from "../../src/schedule/index.ts";
import { compileSchedule, nextFires } from "../../src/schedule/index.ts";
import { fc } from "../support/properties.ts";
import { cronArbitrary, DAY_MS, matchesWall, toText } from "./oracle.ts";

/** The next fires in UTC after an instant, in ISO without seconds where these are zero. */
function fires(cron: string, from: string, count: number): string[] {
  return nextFires({ cron }, { from: new Date(from), count }).map((fire) =>
    fire.toISOString().replace(/(:00)?\.000Z$/, ""),
  );
}

function days(cron: string, from: string, count: number): string[] {
  return fires(cron, from, count).map((fire) => fire.slice(0, 10));
}

function refusal(config: ScheduleConfig): HandsError {
  try {
    compileSchedule(config);
  } catch (error) {
    if (error instanceof HandsError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(config)} was accepted`);
}

describe("the fields of a cron expression", () => {
  test("lists, ranges and steps name their numbers and no others", () => {
    expect(fires("0 7,19 * * *", "2026-01-01T00:00Z", 3)).toEqual([
      "2026-01-01T07:00",
      "2026-01-01T19:00",
      "2026-01-02T07:00",
    ]);
    expect(fires("5-20/5 12 * * *", "2026-01-01T12:05Z", 4)).toEqual([
      "2026-01-01T12:10",
      "2026-01-01T12:15",
      "2026-01-01T12:20",
      "2026-01-02T12:05",
    ]);
    expect(fires("*/25 0 * * *", "2026-01-01T00:00Z", 3)).toEqual([
      "2026-01-01T00:25",
      "2026-01-01T00:50",
      "2026-01-02T00:00",
    ]);
  });

  test("six fields have the second first", () => {
    expect(fires("15,45 30 9 * * *", "2026-01-01T09:30:20Z", 2)).toEqual([
      "2026-01-01T09:30:45",
      "2026-01-02T09:30:15",
    ]);
  });

  test("1-5 is Monday to Friday", () => {
    // 2026-01-03 is a Saturday.
    expect(days("0 9 * * 1-5", "2026-01-02T10:00Z", 6)).toEqual([
      "2026-01-05",
      "2026-01-06",
      "2026-01-07",
      "2026-01-08",
      "2026-01-09",
      "2026-01-12",
    ]);
  });

  test.each(["0 9 * * 0", "0 9 * * 7", "0 9 * * SUN", "0 9 * * sun"])("%s is every Sunday", (cron) => {
    expect(days(cron, "2026-01-01T00:00Z", 2)).toEqual(["2026-01-04", "2026-01-11"]);
  });

  test("a range that ends at 7 ends on Sunday", () => {
    expect(days("0 9 * * 6-7", "2026-01-01T00:00Z", 3)).toEqual(["2026-01-03", "2026-01-04", "2026-01-10"]);
    expect(days("0 9 * * FRI-SUN", "2026-01-01T00:00Z", 3)).toEqual([
      "2026-01-02",
      "2026-01-03",
      "2026-01-04",
    ]);
    expect(days("0 9 * * 0-7", "2026-01-01T00:00Z", 2)).toEqual(["2026-01-01", "2026-01-02"]);
  });

  test("names of months and weekdays mean their numbers", () => {
    expect(fires("0 9 1 JAN,jul *", "2026-01-01T09:00Z", 2)).toEqual([
      "2026-07-01T09:00",
      "2027-01-01T09:00",
    ]);
    expect(days("0 9 * * mon-WED", "2026-01-01T00:00Z", 3)).toEqual([
      "2026-01-05",
      "2026-01-06",
      "2026-01-07",
    ]);
  });

  test("a day of month and a weekday mean either", () => {
    // Mondays of February 2026: 2, 9, 16, 23.
    expect(days("0 0 15 2 1", "2026-02-01T00:00Z", 5)).toEqual([
      "2026-02-02",
      "2026-02-09",
      "2026-02-15",
      "2026-02-16",
      "2026-02-23",
    ]);
  });

  test("a weekday alone, or a day of month alone, is not widened by the other's *", () => {
    expect(days("0 0 15 * *", "2026-01-01T00:00Z", 2)).toEqual(["2026-01-15", "2026-02-15"]);
    expect(days("0 0 ? * 1", "2026-01-01T00:00Z", 2)).toEqual(["2026-01-05", "2026-01-12"]);
  });

  test("29 February fires in leap years only, and not in 2100", () => {
    expect(days("0 0 29 2 *", "2026-01-01T00:00Z", 3)).toEqual(["2028-02-29", "2032-02-29", "2036-02-29"]);
    expect(days("0 0 29 2 *", "2096-03-01T00:00Z", 1)).toEqual(["2104-02-29"]);
  });

  test("L is the last day of the month, and LW its last weekday", () => {
    expect(days("0 0 L * *", "2024-01-31T00:00Z", 3)).toEqual(["2024-02-29", "2024-03-31", "2024-04-30"]);
    // 2026-01-31 is a Saturday, 2026-02-28 as well.
    expect(days("0 0 LW * *", "2026-01-01T00:00Z", 3)).toEqual(["2026-01-30", "2026-02-27", "2026-03-31"]);
    expect(days("0 0 15,L 2 *", "2026-01-01T00:00Z", 2)).toEqual(["2026-02-15", "2026-02-28"]);
  });

  test("W is the nearest weekday, without leaving the month", () => {
    // 2026-08-15 is a Saturday, 2026-11-15 a Sunday, 2026-08-01 a Saturday, 2026-05-31 a Sunday.
    expect(days("0 0 15W 8 *", "2026-01-01T00:00Z", 1)).toEqual(["2026-08-14"]);
    expect(days("0 0 15W 11 *", "2026-01-01T00:00Z", 1)).toEqual(["2026-11-16"]);
    expect(days("0 0 1W 8 *", "2026-01-01T00:00Z", 1)).toEqual(["2026-08-03"]);
    expect(days("0 0 31W 5 *", "2026-01-01T00:00Z", 1)).toEqual(["2026-05-29"]);
  });

  test("# is the nth weekday of the month, and L after a weekday its last", () => {
    expect(days("0 0 * * 5#2", "2026-01-01T00:00Z", 2)).toEqual(["2026-01-09", "2026-02-13"]);
    expect(days("0 0 * * MON#5", "2026-01-01T00:00Z", 2)).toEqual(["2026-03-30", "2026-06-29"]);
    expect(days("0 0 * * 5L", "2026-01-01T00:00Z", 2)).toEqual(["2026-01-30", "2026-02-27"]);
    expect(days("0 0 * * 7#1", "2026-01-01T00:00Z", 1)).toEqual(["2026-01-04"]);
  });

  test.each([
    ["@hourly", ["2026-01-01T01:00", "2026-01-01T02:00"]],
    ["@daily", ["2026-01-02T00:00", "2026-01-03T00:00"]],
    ["@midnight", ["2026-01-02T00:00", "2026-01-03T00:00"]],
    ["@weekly", ["2026-01-04T00:00", "2026-01-11T00:00"]],
    ["@monthly", ["2026-02-01T00:00", "2026-03-01T00:00"]],
    ["@yearly", ["2027-01-01T00:00", "2028-01-01T00:00"]],
    ["@Annually", ["2027-01-01T00:00", "2028-01-01T00:00"]],
  ])("%s is the usual alias", (cron, expected) => {
    expect(fires(cron, "2026-01-01T00:00Z", 2)).toEqual(expected);
  });
});

test("the days of any expression are those that its sets of numbers name, over four years", () => {
  const scale = Number(process.env.HANDS_TEST_SCALE ?? "1");
  const midnight = { text: "0", values: new Set([0]) };
  const fromMs = Date.UTC(2026, 0, 1);
  const everyDay = Array.from({ length: 4 * 365 + 1 }, (_, day) => fromMs + day * DAY_MS);
  fc.assert(
    fc.property(cronArbitrary, (drawn) => {
      const cron = { ...drawn, minute: midnight, hour: midnight };
      const expected = everyDay.filter((day) => matchesWall(cron, day));
      fc.pre(expected.length > 0);
      const options = { from: new Date(fromMs - 1), count: expected.length };
      expect(nextFires({ cron: toText(cron) }, options).map((fire) => fire.getTime())).toEqual(expected);
    }),
    { numRuns: 100 * scale },
  );
});

describe("a schedule that is refused", () => {
  test.each<[cron: string, message: RegExp, hint: RegExp]>([
    ["@reboot", /a restart is not one/, /catch_up/],
    ["@dayly", /no such alias/, /@daily/],
    ["", /has 1 fields/, /five fields/],
    ["0 7 * *", /has 4 fields/, /five fields/],
    ["0 0 7 * * * 2026", /has 7 fields/, /start and end/],
    ["60 7 * * *", /minute 60 is not in the range 0 to 59/, /minute hour/],
    ["0 24 * * *", /hour 24 is/, /minute hour/],
    ["0 7 32 * *", /day of month 32 is/, /minute hour/],
    ["0 7 * 13 *", /month 13 is/, /minute hour/],
    ["0 7 * * 8", /weekday 8 is/, /minute hour/],
    ["0 7 * * 1#6", /nth weekday/, /minute hour/],
    ["0 7 * * L", /dayOfWeek/, /5L/],
    ["5/10 * * * *", /stepping/, /5-59\/10/],
    ["*/0 * * * *", /stepping/, /minute hour/],
    ["0 22-2 * * *", /larger/, /22-23,0-2/],
    ["0 7 * * SAT-MON", /larger/, /split/],
    ["? 7 * * *", /"\?" is not/, /minute hour/],
    ["0 7 * * +1", /"\+1" is not/, /minute hour/],
    ["every day at seven", /has 4 fields/, /five fields/],
    ["0 7 * * mo", /illegal/, /minute hour/],
    ["0 0 30 2 *", /never fires/, /day of month/],
    ["0 0 31 4,6,9,11 *", /never fires/, /day of month/],
    ["0 0 31W 2 *", /never fires/, /day of month/],
  ])("the expression %j, saying why and what to do", (cron, message, hint) => {
    const error = refusal({ cron });
    expect(error.code).toBe("invalid_schedule");
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  test("30 February or a Monday is not refused, for it fires on Mondays", () => {
    expect(days("0 0 30 2 1", "2026-01-01T00:00Z", 1)).toEqual(["2026-02-02"]);
  });

  test.each<[config: ScheduleConfig, field: string, message: RegExp]>([
    [{}, "schedule", /none of cron, interval and at/],
    [{ cron: "0 7 * * *", interval: 60 }, "schedule", /more than one/],
    [{ interval: 0.5 }, "interval", /0\.5 seconds/],
    [{ interval: 0 }, "interval", /0 seconds/],
    [{ interval: -60 }, "interval", /-60 seconds/],
    [{ interval: Number.NaN }, "interval", /NaN/],
    [{ interval: Number.POSITIVE_INFINITY }, "interval", /Infinity/],
    [{ at: "24:00" }, "at", /"24:00"/],
    [{ at: "7:30" }, "at", /"7:30"/],
    [{ at: "tomorrow" }, "at", /"tomorrow"/],
    [{ at: "2026-02-30T07:00:00Z" }, "at", /exists/],
    [{ at: "2026-01-01" }, "at", /not a date with a time/],
    [{ cron: "0 7 * * *", timezone: "Europe/Berln" }, "timezone", /"Europe\/Berln" is not a timezone/],
    [{ cron: "0 7 * * *", timezone: "" }, "timezone", /not a timezone/],
    [{ cron: "0 7 * * *", start: "soon" }, "start", /"soon"/],
    [{ cron: "0 7 * * *", start: "2026-02-01T00:00Z", end: "2026-01-01T00:00Z" }, "end", /before it starts/],
    [
      { cron: "0 7 1 * *", start: "2026-02-02T00:00Z", end: "2026-02-20T00:00Z" },
      "schedule",
      /no fire between/,
    ],
    [{ at: "2026-01-01T00:00Z", start: "2026-02-02T00:00Z" }, "schedule", /no fire between/],
  ])("%j, naming the field", (config, field, message) => {
    const error = refusal(config);
    expect(error.code).toBe("invalid_schedule");
    expect(error.details).toMatchObject({ field });
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  test("an unknown timezone is answered with the nearest name, never with UTC", () => {
    expect(refusal({ cron: "0 7 * * *", timezone: "Europe/Berln" }).hint).toContain("Europe/Berlin");
  });
});
