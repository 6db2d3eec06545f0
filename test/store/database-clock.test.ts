import { expect, test } from "vitest";
import { DatabaseClock } from "../../src/store/postgres/database-clock.ts";
import { createManualClock } from "../code/manual-clock.ts";

function createRig() {
  const clock = createManualClock(1_000);
  const rig = { databaseMs: 500_000, tripsMs: [] as number[], asked: 0, wallOffsetMs: 0 };
  const databaseClock = new DatabaseClock(
    { ...clock, now: () => clock.now() + rig.wallOffsetMs, monotonicMs: () => clock.monotonicMs() },
    async () => {
      rig.asked += 1;
      const tripMs = rig.tripsMs.shift() ?? 0;
      clock.advance(tripMs / 2);
      rig.databaseMs += tripMs / 2;
      const answer = rig.databaseMs;
      clock.advance(tripMs / 2);
      rig.databaseMs += tripMs / 2;
      return answer;
    },
  );
  const pass = (byMs: number) => {
    clock.advance(byMs);
    rig.databaseMs += byMs;
  };
  return { rig, databaseClock, pass };
}

test("it follows the database's clock, whatever the way there costs", async () => {
  const { rig, databaseClock, pass } = createRig();
  rig.tripsMs = [400, 40, 100];
  await databaseClock.measure();
  expect(databaseClock.nowMs()).toBe(rig.databaseMs);
  pass(12_345);
  expect(databaseClock.nowMs()).toBe(rig.databaseMs);
});

test("a wall clock that somebody sets moves nothing, but makes it measure anew", async () => {
  const { rig, databaseClock, pass } = createRig();
  await databaseClock.measure();
  pass(100);
  expect(databaseClock.isTrusted()).toBe(true);
  rig.wallOffsetMs = 3_600_000;
  expect(databaseClock.nowMs()).toBe(rig.databaseMs);
  expect(databaseClock.isTrusted()).toBe(false);
  const asked = rig.asked;
  await databaseClock.refresh();
  expect(rig.asked).toBeGreaterThan(asked);
  expect(databaseClock.isTrusted()).toBe(true);
});

test("a measurement is not believed for ever", async () => {
  const { databaseClock, pass } = createRig();
  await databaseClock.measure();
  pass(31_000);
  expect(databaseClock.isTrusted()).toBe(false);
});
