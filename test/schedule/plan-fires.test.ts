import { describe, expect, test } from "vitest";
import type { FirePlan, FirePlanInput, ScheduleConfig } from "../../src/schedule/index.ts";
import { CATCH_UP_POLICIES, compileSchedule, planFires, planSkippedFires } from "../../src/schedule/index.ts";
import { fc } from "../support/properties.ts";
import { CLOCK_CHANGES, DAY_MS, HOUR_MS, MINUTE_MS } from "./oracle.ts";

const NOW = Date.parse("2026-06-15T12:00:30Z");

/** The plan of a hand that was last looked at so long ago. */
function planAfter(config: ScheduleConfig, downMs: number, nowMs: number = NOW): FirePlan {
  const schedule = compileSchedule(config);
  const dueAt = schedule.nextAfter(nowMs - downMs, 0);
  if (dueAt === null) throw new Error("the schedule has ended");
  return planFires({ schedule, dueAt, nowMs, anchorMs: 0 });
}

const iso = (instants: readonly number[]) =>
  instants.map((instant) => new Date(instant).toISOString().slice(0, 19));

describe("a fire on time", () => {
  test.each(CATCH_UP_POLICIES)("runs up to 60 s late, whatever catch_up = %s says", (catchUp) => {
    const dueAt = Date.parse("2026-06-15T12:00:00Z");
    for (const lateMs of [0, 1, 30_000, 60_000]) {
      const plan = planAfter({ cron: "0 12 * * *", catchUp, graceMs: 0 }, lateMs + 1, dueAt + lateMs);
      expect(plan).toEqual({ run: [dueAt], skipped: [], nextFireAt: dueAt + DAY_MS });
    }
  });

  test("is not there yet when nothing is due", () => {
    const schedule = compileSchedule({ cron: "0 12 * * *" });
    const dueAt = Date.parse("2026-06-15T12:00:00Z");
    expect(planFires({ schedule, dueAt, nowMs: dueAt - 1, anchorMs: 0 })).toEqual({
      run: [],
      skipped: [],
      nextFireAt: dueAt,
    });
  });

  test("every one of a short stall runs, also where they are seconds apart", () => {
    const plan = planAfter({ cron: "*/10 * * * * *" }, 45_000);
    expect(iso(plan.run)).toEqual([
      "2026-06-15T11:59:50",
      "2026-06-15T12:00:00",
      "2026-06-15T12:00:10",
      "2026-06-15T12:00:20",
      "2026-06-15T12:00:30",
    ]);
    expect(plan.skipped).toEqual([]);
    expect(plan.nextFireAt).toBe(NOW + 10_000);
  });
});

describe("missed fires", () => {
  test("with `one` the newest runs and the others are one range", () => {
    const plan = planAfter({ cron: "30 * * * *" }, 4 * HOUR_MS);
    expect(iso(plan.run)).toEqual(["2026-06-15T11:30:00"]);
    expect(plan.skipped).toEqual([
      { first: Date.parse("2026-06-15T08:30Z"), last: Date.parse("2026-06-15T10:30Z"), count: 3 },
    ]);
    expect(plan.nextFireAt).toBe(Date.parse("2026-06-15T12:30Z"));
  });

  test("with `one` none is caught up when a fire of the same plan is on time", () => {
    const plan = planAfter({ cron: "0 * * * *" }, 3 * HOUR_MS);
    expect(iso(plan.run)).toEqual(["2026-06-15T12:00:00"]);
    expect(plan.skipped).toEqual([
      { first: Date.parse("2026-06-15T10:00Z"), last: Date.parse("2026-06-15T11:00Z"), count: 2 },
    ]);
  });

  test("with `none` all are one range", () => {
    const plan = planAfter({ cron: "30 * * * *", catchUp: "none" }, 4 * HOUR_MS);
    expect(plan.run).toEqual([]);
    expect(plan.skipped).toEqual([
      { first: Date.parse("2026-06-15T08:30Z"), last: Date.parse("2026-06-15T11:30Z"), count: 4 },
    ]);
  });

  test("with `all` each runs, oldest first", () => {
    const plan = planAfter({ cron: "30 * * * *", catchUp: "all" }, 4 * HOUR_MS);
    expect(iso(plan.run)).toEqual([
      "2026-06-15T08:30:00",
      "2026-06-15T09:30:00",
      "2026-06-15T10:30:00",
      "2026-06-15T11:30:00",
    ]);
    expect(plan.skipped).toEqual([]);
  });

  test("with `all` at most the newest 100 run", () => {
    const plan = planAfter({ cron: "*/5 * * * *", catchUp: "all" }, 20 * HOUR_MS);
    expect(plan.run).toHaveLength(101);
    expect(iso(plan.run.slice(-2))).toEqual(["2026-06-15T11:55:00", "2026-06-15T12:00:00"]);
    expect(plan.skipped).toMatchObject([{ count: 20 * 12 - 101 }]);
  });

  test("without a grace of its own, a fire is too old after one period, and after 24 hours at most", () => {
    expect(planAfter({ cron: "0 0 1 * *" }, 15 * DAY_MS).run).toEqual([]);
    const monday = "0 13 * * 0";
    expect(iso(planAfter({ cron: monday }, 3 * DAY_MS).run)).toEqual(["2026-06-14T13:00:00"]);
    expect(planAfter({ cron: monday }, 3 * DAY_MS, NOW + HOUR_MS).run).toEqual([]);
    expect(planAfter({ cron: "0 0 1 * *", catchUp: "all" }, 400 * DAY_MS).run).toEqual([]);
  });

  test("a grace of its own is kept to the millisecond", () => {
    const config: ScheduleConfig = { cron: "0 0 1 * *", graceMs: NOW - Date.parse("2026-06-01T00:00Z") };
    expect(iso(planAfter(config, 15 * DAY_MS).run)).toEqual(["2026-06-01T00:00:00"]);
    expect(planAfter(config, 16 * DAY_MS, NOW + 1).run).toEqual([]);
  });

  test("a single instant that is missed is run inside the grace, and once", () => {
    const plan = planAfter({ at: "2026-06-15T10:00:00Z" }, DAY_MS);
    expect(iso(plan.run)).toEqual(["2026-06-15T10:00:00"]);
    expect(plan.nextFireAt).toBeNull();
  });

  test("a day that the clocks changed on is not lost", () => {
    const now = Date.parse("2026-03-29T05:00:00Z");
    const plan = planAfter({ cron: "30 2 * * *", timezone: "Europe/Berlin" }, 12 * HOUR_MS, now);
    expect(iso(plan.run)).toEqual(["2026-03-29T01:00:00"]);
  });
});

test("a stored fire that the schedule no longer names is dealt with all the same", () => {
  const schedule = compileSchedule({ cron: "0 * * * *" });
  const dueAt = Date.parse("2026-06-15T09:59:59Z");
  const plan = planFires({ schedule, dueAt, nowMs: NOW, anchorMs: 0, catchUp: "none" });
  expect(iso(plan.run)).toEqual(["2026-06-15T12:00:00"]);
  expect(plan.skipped).toEqual([{ first: dueAt, last: Date.parse("2026-06-15T11:00Z"), count: 3 }]);
});

test("while a hand is paused all its fires up to now are one range", () => {
  const schedule = compileSchedule({ cron: "0 * * * *" });
  const dueAt = Date.parse("2026-06-15T10:00:00Z");
  expect(planSkippedFires({ schedule, dueAt, nowMs: NOW, anchorMs: 0 })).toEqual({
    run: [],
    skipped: [{ first: dueAt, last: Date.parse("2026-06-15T12:00Z"), count: 3 }],
    nextFireAt: Date.parse("2026-06-15T13:00Z"),
  });
  expect(planSkippedFires({ schedule, dueAt, nowMs: dueAt - 1, anchorMs: 0 })).toEqual({
    run: [],
    skipped: [],
    nextFireAt: dueAt,
  });
});

describe("30 days of missed seconds", () => {
  test.each<ScheduleConfig>([
    { cron: "* * * * * *", timezone: "Europe/Berlin" },
    { cron: "* * * * * 1-5", timezone: "America/New_York" },
    { interval: 1 },
  ])("of %j are counted in less time than it takes to notice", (config) => {
    const schedule = compileSchedule({ ...config, catchUp: "all" });
    // Both zones change their clocks in the 30 days before this.
    const nowMs = Date.parse("2026-11-13T12:00:00.500Z");
    const dueAt = schedule.nextAfter(nowMs - 30 * DAY_MS, 0) ?? Number.NaN;
    const startedMs = performance.now();
    const plan = planFires({ schedule, dueAt, nowMs, anchorMs: 0 });
    expect(performance.now() - startedMs).toBeLessThan(100);
    expect(plan.run).toHaveLength(160);
    if (!config.cron?.endsWith("1-5")) expect(plan.skipped).toMatchObject([{ count: 30 * 86_400 - 160 }]);
  });
});

describe("any plan", () => {
  const zoneAndDay = fc.constantFrom(...CLOCK_CHANGES);
  const cron = fc.constantFrom(
    "* * * * *",
    "*/7 * * * *",
    "30 * * * *",
    "*/20 * * * * *",
    "0 7,19 * * *",
    "0-59/10 1-3 * * *",
    "30 2 * * *",
    "15,45 23,0 * * *",
    "0 9 * * 1-5",
    "0 0 L * *",
  );
  const config: fc.Arbitrary<ScheduleConfig> = fc.oneof(
    fc.tuple(cron, zoneAndDay).map(([text, [timezone]]) => ({ cron: text, timezone })),
    fc.integer({ min: 1, max: 100_000 }).map((interval) => ({ interval })),
  );
  const sinceDueMs = fc.oneof(fc.nat(2 * MINUTE_MS), fc.nat(HOUR_MS), fc.nat(5 * DAY_MS));
  const graceMs = fc.oneof(fc.constant(undefined), fc.nat(HOUR_MS), fc.nat(3 * DAY_MS));

  test("puts each due fire in exactly one place, as plain enumeration does", () => {
    const scale = Number(process.env.HANDS_TEST_SCALE ?? "1");
    fc.assert(
      fc.property(
        config,
        zoneAndDay,
        sinceDueMs,
        fc.constantFrom(...CATCH_UP_POLICIES),
        graceMs,
        fc.nat(3 * DAY_MS),
        (schedule, [, day], downMs, catchUp, grace, shiftMs) => {
          const compiled = compileSchedule(schedule);
          const anchorMs = Date.UTC(1980, 5, 7, 8, 9, 10, 11);
          const nowMs = Date.parse(day) + shiftMs;
          const dueAt = compiled.nextAfter(nowMs - downMs, anchorMs);
          fc.pre(dueAt !== null && dueAt <= nowMs);
          const input: FirePlanInput = {
            schedule: compiled,
            dueAt: dueAt ?? 0,
            nowMs,
            anchorMs,
            catchUp,
            graceMs: grace,
          };
          const plan = planFires(input);
          expect(plan).toEqual(planByEnumeration(input));
        },
      ),
      { numRuns: 400 * scale },
    );
  });
});

/** The rules once more, over a list of all fires. */
function planByEnumeration({ schedule, dueAt, nowMs, anchorMs, catchUp, graceMs }: FirePlanInput): FirePlan {
  const due = [dueAt];
  let next = schedule.nextAfter(dueAt, anchorMs);
  while (next !== null && next <= nowMs) {
    due.push(next);
    next = schedule.nextAfter(next, anchorMs);
  }
  const missed = due.filter((fire) => nowMs - fire > 60_000);
  const isInside = (fire: number, index: number) => {
    const period = (due[index + 1] ?? next ?? Number.POSITIVE_INFINITY) - fire;
    const byDefault = catchUp === "all" ? 86_400_000 : Math.min(period, 86_400_000);
    return nowMs - fire <= (graceMs ?? byDefault);
  };
  const inside = missed.filter(isInside);
  const newest = missed.at(-1);
  const isNewestRun = newest !== undefined && missed.length === due.length && inside.includes(newest);
  const caughtUp = { all: inside.slice(-100), one: isNewestRun ? [newest] : [], none: [] }[catchUp ?? "one"];
  const run = new Set([...caughtUp, ...due.slice(missed.length)]);
  const left = due.filter((fire) => !run.has(fire));
  const [first] = left;
  const last = left.at(-1);
  return {
    run: [...run],
    skipped: first === undefined || last === undefined ? [] : [{ first, last, count: left.length }],
    nextFireAt: next,
  };
}
