import { expect, test } from "vitest";
import { calculateJitterMs } from "../../src/schedule/index.ts";
import { fc } from "../support/properties.ts";

const fireAt = Date.parse("2026-01-01T07:00:00Z");

test("the delay is the same for the same hand and fire, and another for another", () => {
  const input = { handName: "oracle", fireAt, jitterMs: 3_600_000, nextFireAt: null };
  expect(calculateJitterMs(input)).toBe(calculateJitterMs({ ...input }));
  const delays = Array.from({ length: 100 }, (_, day) =>
    calculateJitterMs({ ...input, fireAt: fireAt + day * 86_400_000 }),
  );
  expect(new Set(delays).size).toBeGreaterThan(90);
  expect(calculateJitterMs({ ...input, handName: "scout" })).not.toBe(calculateJitterMs(input));
});

test("the delay is a fixed number, so that machines with other versions agree", () => {
  expect(calculateJitterMs({ handName: "oracle", fireAt, jitterMs: 30_000, nextFireAt: null })).toBe(11034);
});

test("the delays of many hands fill the whole stretch", () => {
  const delays = Array.from({ length: 1000 }, (_, index) =>
    calculateJitterMs({ handName: `hand-${index}`, fireAt, jitterMs: 9, nextFireAt: null }),
  );
  const counts = Array.from({ length: 10 }, (_, delay) => delays.filter((value) => value === delay).length);
  expect(Math.min(...counts)).toBeGreaterThan(60);
  expect(Math.max(...counts)).toBeLessThan(140);
});

test("the delay is between nothing and the jitter, and never reaches the next fire", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.nat(10 ** 9),
      fc.integer({ min: 1, max: 10 ** 9 }),
      (handName, jitterMs, gapMs) => {
        const delay = calculateJitterMs({ handName, fireAt, jitterMs, nextFireAt: fireAt + gapMs });
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(jitterMs);
        expect(delay).toBeLessThan(gapMs);
      },
    ),
  );
});
