import { describe, expect, test } from "vitest";
import type { ScheduleConfig } from "../../src/schedule/index.ts";
import { compileSchedule, hashSchedule, nextFires } from "../../src/schedule/index.ts";
import { fc } from "../support/properties.ts";
import { CLOCK_CHANGES, cronArbitrary, DAY_MS, toText } from "./oracle.ts";

function isoFires(config: ScheduleConfig, from: string, count: number, anchor?: string): string[] {
  const options = {
    from: new Date(from),
    count,
    ...(anchor === undefined ? {} : { anchor: new Date(anchor) }),
  };
  return nextFires(config, options).map((fire) => fire.toISOString());
}

describe("nextFires", () => {
  test("is strictly after `from`, also by a millisecond", () => {
    expect(isoFires({ cron: "0 7 * * *" }, "2026-01-01T07:00:00.000Z", 1)).toEqual([
      "2026-01-02T07:00:00.000Z",
    ]);
    expect(isoFires({ cron: "0 7 * * *" }, "2026-01-01T06:59:59.999Z", 1)).toEqual([
      "2026-01-01T07:00:00.000Z",
    ]);
    expect(isoFires({ cron: "0 7 * * *" }, "2026-01-01T07:00:00.001Z", 1)).toEqual([
      "2026-01-02T07:00:00.000Z",
    ]);
  });

  test("takes the timezone of the schedule, and UTC where there is none", () => {
    expect(isoFires({ cron: "0 7 * * *", timezone: "Asia/Kathmandu" }, "2026-01-01T00:00Z", 1)).toEqual([
      "2026-01-01T01:15:00.000Z",
    ]);
    expect(isoFires({ cron: "0 7 * * *" }, "2026-01-01T00:00Z", 1)).toEqual(["2026-01-01T07:00:00.000Z"]);
  });

  test("takes an expression by itself, and a schedule that was compiled before", () => {
    const from = new Date("2026-01-01T00:00Z");
    const expected = nextFires({ cron: "0 7 * * *" }, { from, count: 3 });
    expect(expected).toHaveLength(3);
    expect(nextFires("0 7 * * *", { from, count: 3 })).toEqual(expected);
    expect(nextFires(compileSchedule({ cron: "0 7 * * *" }), { from, count: 3 })).toEqual(expected);
  });

  test("gives fewer fires where the schedule ends", () => {
    expect(isoFires({ at: "2026-01-01T07:00Z" }, "2025-01-01T00:00Z", 5)).toEqual([
      "2026-01-01T07:00:00.000Z",
    ]);
    expect(isoFires({ at: "2026-01-01T07:00Z" }, "2026-01-01T07:00Z", 5)).toEqual([]);
    expect(isoFires({ cron: "0 7 * * *" }, "2999-12-30T12:00Z", 5)).toEqual(["2999-12-31T07:00:00.000Z"]);
  });

  test("refuses an invalid date and a count that is no count", () => {
    const from = new Date("2026-01-01T00:00Z");
    expect(() => nextFires("0 7 * * *", { from: new Date(Number.NaN), count: 1 })).toThrowError(
      /valid dates/,
    );
    expect(() => nextFires("0 7 * * *", { from, count: -1 })).toThrowError(/whole number/);
    expect(() => nextFires("0 7 * * *", { from, count: Number.POSITIVE_INFINITY })).toThrowError(
      /whole number/,
    );
    expect(nextFires("0 7 * * *", { from, count: 0 })).toEqual([]);
  });
});

describe("an interval", () => {
  test("counts from the anchor, so a restart does not move it", () => {
    const expected = ["2026-01-01T12:10:00.000Z", "2026-01-01T12:25:00.000Z"];
    expect(isoFires({ interval: 900 }, "2026-01-01T12:05Z", 2, "2025-06-01T00:10Z")).toEqual(expected);
    expect(isoFires({ interval: 900 }, "2026-01-01T12:09:59.999Z", 2, "2025-06-01T00:10Z")).toEqual(expected);
  });

  test("fires first one interval after the anchor", () => {
    expect(isoFires({ interval: 900 }, "2026-01-01T00:00Z", 1)).toEqual(["2026-01-01T00:15:00.000Z"]);
    expect(isoFires({ interval: 900 }, "2026-01-01T00:00Z", 1, "2026-01-02T00:00Z")).toEqual([
      "2026-01-02T00:15:00.000Z",
    ]);
  });

  test("counts from its start, which is its first fire, where it has one", () => {
    expect(
      isoFires({ interval: 7200, start: "2026-01-01T09:00Z" }, "2025-12-01T00:00Z", 2, "2025-11-11T11:11Z"),
    ).toEqual(["2026-01-01T09:00:00.000Z", "2026-01-01T11:00:00.000Z"]);
  });

  test("follows elapsed time through a change of the clocks, in any timezone", () => {
    expect(isoFires({ interval: 3600, timezone: "Europe/Berlin" }, "2026-03-29T00:00Z", 3)).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-29T02:00:00.000Z",
      "2026-03-29T03:00:00.000Z",
    ]);
  });
});

describe("`at`", () => {
  test("a time of day is every day at that wall time", () => {
    expect(isoFires({ at: "07:30", timezone: "Europe/Berlin" }, "2026-03-28T00:00Z", 2)).toEqual([
      "2026-03-28T06:30:00.000Z",
      "2026-03-29T05:30:00.000Z",
    ]);
    expect(isoFires({ at: "07:30:15" }, "2026-01-01T00:00Z", 1)).toEqual(["2026-01-01T07:30:15.000Z"]);
  });

  test("a time of day inside the gap runs at its end, and one that occurs twice the first time", () => {
    expect(isoFires({ at: "02:30", timezone: "Europe/Berlin" }, "2026-03-29T00:00Z", 1)).toEqual([
      "2026-03-29T01:00:00.000Z",
    ]);
    expect(isoFires({ at: "02:30", timezone: "Europe/Berlin" }, "2026-10-25T00:00Z", 2)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
  });

  test("an instant is once: at its offset, or at that wall time of the schedule's timezone", () => {
    const from = "2025-01-01T00:00Z";
    expect(isoFires({ at: "2026-07-01T09:00:00+02:00" }, from, 3)).toEqual(["2026-07-01T07:00:00.000Z"]);
    expect(isoFires({ at: "2026-07-01T09:00:00-0330" }, from, 3)).toEqual(["2026-07-01T12:30:00.000Z"]);
    expect(isoFires({ at: "2026-07-01T09:00", timezone: "Europe/Berlin" }, from, 3)).toEqual([
      "2026-07-01T07:00:00.000Z",
    ]);
    expect(isoFires({ at: "2026-07-01 09:00", timezone: "Europe/Berlin" }, from, 3)).toEqual([
      "2026-07-01T07:00:00.000Z",
    ]);
    expect(isoFires({ at: "2026-03-29T02:30", timezone: "Europe/Berlin" }, from, 3)).toEqual([
      "2026-03-29T01:00:00.000Z",
    ]);
  });
});

describe("start and end", () => {
  test("are both included", () => {
    expect(
      isoFires(
        { cron: "0 7 * * *", start: "2026-01-02T07:00Z", end: "2026-01-04T07:00Z" },
        "2025-01-01T00:00Z",
        9,
      ),
    ).toEqual(["2026-01-02T07:00:00.000Z", "2026-01-03T07:00:00.000Z", "2026-01-04T07:00:00.000Z"]);
  });

  test("without an offset are wall times of the schedule's timezone", () => {
    const config = {
      cron: "0 7 * * *",
      timezone: "Europe/Berlin",
      start: "2026-07-01T07:00",
      end: "2026-07-01T07:00",
    };
    expect(isoFires(config, "2025-01-01T00:00Z", 9)).toEqual(["2026-07-01T05:00:00.000Z"]);
  });

  test("bound the count as well", () => {
    const schedule = compileSchedule({ interval: 60, start: "2026-01-01T00:00Z", end: "2026-01-01T01:00Z" });
    expect(schedule.countBetween(0, Date.parse("2030-01-01"), 0)).toBe(61);
    expect(schedule.countBetween(Date.parse("2027-01-01"), Date.parse("2030-01-01"), 0)).toBe(0);
  });
});

describe("the hash of a schedule", () => {
  const config: ScheduleConfig = { cron: "0 7 * * *" };

  test("does not change with what does not decide when it fires", () => {
    const { hash } = compileSchedule(config);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).toBe(hashSchedule(config));
    const same: ScheduleConfig = {
      cron: " 0  7 * * * ",
      timezone: "UTC",
      jitterMs: 5,
      overlap: "allow",
      catchUp: "all",
      graceMs: 1,
    };
    expect(compileSchedule(same).hash).toBe(hash);
  });

  test("changes with what does", () => {
    const others: ScheduleConfig[] = [
      { cron: "0 8 * * *" },
      { cron: "0 7 * * *", timezone: "Europe/Berlin" },
      { cron: "0 7 * * *", start: "2026-01-01T00:00Z" },
      { cron: "0 7 * * *", end: "2026-01-01T00:00Z" },
      { interval: 7 },
      { at: "07:00" },
    ];
    expect(new Set([config, ...others].map(hashSchedule)).size).toBe(7);
  });
});

test("the next fire is always later than the instant that was asked about, and there is none between", () => {
  const scale = Number(process.env.HANDS_TEST_SCALE ?? "1");
  const zone = fc.constantFrom(...CLOCK_CHANGES.map(([timezone]) => timezone));
  const instant = fc.integer({ min: Date.UTC(1990), max: Date.UTC(2060) });
  fc.assert(
    fc.property(cronArbitrary, zone, instant, (cron, timezone, afterMs) => {
      // A day that no month of the expression has is refused, which is another test's matter.
      fc.pre(cron.dayOfMonth.text === "*" || cron.month.text === "*");
      const schedule = compileSchedule({ cron: toText(cron), timezone });
      let previous = afterMs;
      for (let step = 0; step < 5; step += 1) {
        const fire = schedule.nextAfter(previous, 0);
        if (fire === null) throw new Error(`${toText(cron)} ended`);
        expect(fire).toBeGreaterThan(previous);
        expect(schedule.nextAfter(fire - 1, 0)).toBe(fire);
        expect(schedule.nextAfter(Math.max(previous, fire - DAY_MS), 0)).toBe(fire);
        expect(schedule.countBetween(previous + 1, fire, 0)).toBe(0);
        expect(schedule.countBetween(previous + 1, fire + 1, 0)).toBe(1);
        previous = fire;
      }
    }),
    { numRuns: 300 * scale },
  );
});
