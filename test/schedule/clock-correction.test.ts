import { expect, test } from "vitest";
import type { StoredFires } from "../../src/schedule/index.ts";
import { compileSchedule, recomputeNextFireAt } from "../../src/schedule/index.ts";

const at = (text: string) => Date.parse(text);

const STORED: StoredFires = {
  schedule: compileSchedule({ cron: "0 * * * *" }),
  nextFireAt: at("2026-01-01T12:00Z"),
  lastFireAt: at("2026-01-01T11:00Z"),
  nowMs: at("2026-01-01T11:20Z"),
  anchorMs: 0,
};

test("nothing changes while the clock goes forward", () => {
  expect(recomputeNextFireAt(STORED)).toBe(STORED.nextFireAt);
});

test("a fire that is due stays due, however late", () => {
  expect(recomputeNextFireAt({ ...STORED, nowMs: at("2026-03-01T00:00Z") })).toBe(STORED.nextFireAt);
});

test("after a small step back nothing fires twice", () => {
  expect(recomputeNextFireAt({ ...STORED, nowMs: at("2026-01-01T09:30Z") })).toBe(at("2026-01-01T12:00Z"));
});

test("a next fire that is further away than the schedule says is brought near", () => {
  const stored = { ...STORED, nextFireAt: at("2031-01-01T00:00Z") };
  expect(recomputeNextFireAt(stored)).toBe(at("2026-01-01T12:00Z"));
  expect(recomputeNextFireAt({ ...stored, lastFireAt: null })).toBe(at("2026-01-01T12:00Z"));
});

test("a clock that had been years ahead does not silence the hand for years", () => {
  const stored = { ...STORED, nextFireAt: at("2031-01-01T01:00Z"), lastFireAt: at("2031-01-01T00:00Z") };
  expect(recomputeNextFireAt(stored)).toBe(at("2026-01-01T12:00Z"));
});

test("a schedule that a wrong clock saw end goes on", () => {
  const schedule = compileSchedule({ cron: "0 * * * *", end: "2027-01-01T00:00Z" });
  const stored = { ...STORED, schedule, nextFireAt: null, lastFireAt: at("2027-01-01T00:00Z") };
  expect(recomputeNextFireAt(stored)).toBe(at("2026-01-01T12:00Z"));
});

test("a schedule that ended stays ended", () => {
  const schedule = compileSchedule({ at: "2026-01-01T11:00Z" });
  expect(recomputeNextFireAt({ ...STORED, schedule, nextFireAt: null })).toBeNull();
  expect(
    recomputeNextFireAt({ ...STORED, schedule, nextFireAt: null, nowMs: at("2026-01-01T10:00Z") }),
  ).toBeNull();
});
