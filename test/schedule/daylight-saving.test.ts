import { describe, expect, test } from "vitest";
import { compileSchedule, nextFires } from "../../src/schedule/index.ts";
import { fc } from "../support/properties.ts";
import {
  CLOCK_CHANGES,
  cronArbitrary,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  oracleFires,
  toText,
  wallMinutes,
} from "./oracle.ts";

function firesBetween(cron: string, timezone: string, from: string, until: string): string[] {
  const untilMs = Date.parse(until);
  return nextFires({ cron, timezone }, { from: new Date(Date.parse(from) - 1), count: 500 })
    .filter((fire) => fire.getTime() < untilMs)
    .map((fire) => fire.toISOString().slice(0, 16));
}

describe("a fixed wall time", () => {
  test("inside the gap runs once, at the first valid instant", () => {
    // Berlin goes from 02:00 to 03:00 at 01:00 UTC; New York at 07:00 UTC; Lord Howe from 02:00 to 02:30 at 15:30 UTC.
    expect(firesBetween("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-30T12:00Z")).toEqual([
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]);
    expect(firesBetween("30 2 * * *", "America/New_York", "2026-03-08T00:00Z", "2026-03-09T12:00Z")).toEqual([
      "2026-03-08T07:00",
      "2026-03-09T06:30",
    ]);
    expect(
      firesBetween("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", "2026-10-05T00:00Z"),
    ).toEqual(["2026-10-03T15:30", "2026-10-04T15:15"]);
  });

  test("runs once for all the wall times of one gap, and for the first valid one as well", () => {
    expect(
      firesBetween("0,20,40 2 * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-30T00:00Z"),
    ).toEqual(["2026-03-29T01:00"]);
    expect(firesBetween("30 2,3 * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-30T00:00Z")).toEqual([
      "2026-03-29T01:00",
      "2026-03-29T01:30",
    ]);
    expect(firesBetween("0 2,3 * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-30T00:00Z")).toEqual([
      "2026-03-29T01:00",
    ]);
  });

  test("that happens twice runs once, the first time", () => {
    expect(firesBetween("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z", "2026-10-26T12:00Z")).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
    expect(firesBetween("30 1 * * *", "America/New_York", "2026-11-01T00:00Z", "2026-11-02T12:00Z")).toEqual([
      "2026-11-01T05:30",
      "2026-11-02T06:30",
    ]);
    expect(
      firesBetween("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00Z", "2026-04-05T23:00Z"),
    ).toEqual(["2026-04-04T14:45", "2026-04-05T15:15"]);
  });

  test("asked for in the middle of the repeated hour does not fire in it again", () => {
    const [next] = nextFires(
      { cron: "30 2 * * *", timezone: "Europe/Berlin" },
      { from: new Date("2026-10-25T01:10Z"), count: 1 },
    );
    expect(next?.toISOString()).toBe("2026-10-26T01:30:00.000Z");
  });

  test("in a gap that reaches midnight runs at the start of the next day", () => {
    // Nuuk goes from 23:00 on Saturday to 00:00 on Sunday.
    expect(firesBetween("30 23 * * *", "America/Nuuk", "2026-03-28T12:00Z", "2026-03-30T12:00Z")).toEqual([
      "2026-03-29T01:00",
      "2026-03-30T00:30",
    ]);
  });

  test("on a day that a country skipped runs at the first instant of the next", () => {
    // Samoa had no 30 December 2011; the 31st begins at 10:00 UTC on the 30th.
    expect(firesBetween("0 7 * * *", "Pacific/Apia", "2011-12-29T12:00Z", "2011-12-31T20:00Z")).toEqual([
      "2011-12-29T17:00",
      "2011-12-30T10:00",
      "2011-12-30T17:00",
      "2011-12-31T17:00",
    ]);
  });

  test("counts as fixed when ranges, steps of a range or every second name the times, for none of them has a * in minute or hour", () => {
    const day = ["2026-03-29T00:00Z", "2026-03-30T00:00Z"] as const;
    expect(firesBetween("0-40/20 2 * * *", "Europe/Berlin", ...day)).toEqual(["2026-03-29T01:00"]);
    expect(firesBetween("* 30 2 * * *", "Europe/Berlin", ...day)).toEqual(["2026-03-29T01:00"]);
  });
});

describe("a pattern with * in minute or hour", () => {
  test("follows elapsed time through the gap", () => {
    expect(firesBetween("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T02:01Z")).toEqual([
      "2026-03-29T00:00",
      "2026-03-29T00:30",
      "2026-03-29T01:00",
      "2026-03-29T01:30",
      "2026-03-29T02:00",
    ]);
    expect(firesBetween("*/20 2 * * *", "Europe/Berlin", "2026-03-29T00:00Z", "2026-03-29T22:00Z")).toEqual(
      [],
    );
  });

  test("follows elapsed time through the repeated hour", () => {
    expect(firesBetween("30 * * * *", "Europe/Berlin", "2026-10-24T23:00Z", "2026-10-25T03:00Z")).toEqual([
      "2026-10-24T23:30",
      "2026-10-25T00:30",
      "2026-10-25T01:30",
      "2026-10-25T02:30",
    ]);
    expect(
      firesBetween("*/15 * * * *", "Australia/Lord_Howe", "2026-04-04T14:30Z", "2026-04-04T16:00Z"),
    ).toHaveLength(6);
  });
});

test("a zone a quarter of an hour off has its own wall time", () => {
  expect(firesBetween("0 7 * * *", "Asia/Kathmandu", "2026-06-01T00:00Z", "2026-06-03T00:00Z")).toEqual([
    "2026-06-01T01:15",
    "2026-06-02T01:15",
  ]);
});

/** Three days around a change of the clocks, and the wall time of each of their minutes from two days before. */
const STRETCHES = CLOCK_CHANGES.map(([timezone, day]) => {
  const middleMs = Date.parse(`${day}T00:00:00Z`);
  const fromMs = middleMs - 1.5 * DAY_MS;
  const untilMs = middleMs + 1.5 * DAY_MS;
  return { timezone, fromMs, untilMs, minutes: wallMinutes(timezone, fromMs - 2 * DAY_MS, untilMs) };
});

const scale = Number(process.env.HANDS_TEST_SCALE ?? "1");

describe.each(STRETCHES)(
  "around the clock change of $timezone at $fromMs",
  ({ timezone, fromMs, untilMs, minutes }) => {
    test("any expression fires, and is counted, as a minute-by-minute look at the wall says", () => {
      fc.assert(
        fc.property(cronArbitrary, fc.integer({ min: 0, max: 2 * 24 * 60 }), (cron, offsetMinutes) => {
          fc.pre(canFire(toText(cron)));
          const schedule = compileSchedule({ cron: toText(cron), timezone });
          const lateFromMs = fromMs + offsetMinutes * MINUTE_MS;
          const expected = oracleFires(cron, minutes, lateFromMs, untilMs);
          const actual: number[] = [];
          let fire = schedule.nextAfter(lateFromMs - 1, 0);
          while (fire !== null && fire < untilMs) {
            actual.push(fire);
            fire = schedule.nextAfter(fire, 0);
          }
          expect(actual).toEqual(expected);
          expect(schedule.countBetween(lateFromMs, untilMs, 0)).toBe(expected.length);
          expect(schedule.countBetween(lateFromMs, untilMs - 7 * HOUR_MS, 0)).toBe(
            expected.filter((instant) => instant < untilMs - 7 * HOUR_MS).length,
          );
        }),
        { numRuns: 60 * scale },
      );
    });
  },
);

function canFire(cron: string): boolean {
  try {
    compileSchedule({ cron });
    return true;
  } catch {
    return false;
  }
}
