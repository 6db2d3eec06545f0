import { expect, test } from "vitest";
import { createTimeScale } from "../../web/src/screens/execution/time-scale.ts";
import { fc } from "../support/properties.ts";

const HOUR_MS = 3_600_000;

test("without long gaps a scale is plain", () => {
  const scale = createTimeScale([{ startMs: 0, endMs: 1000 }], { startMs: 0, endMs: 1000 });
  expect(scale.folds).toEqual([]);
  expect([0, 250, 1000].map((atMs) => scale.place(atMs))).toEqual([0, 0.25, 1]);
});

test("a day of waiting is folded, so that the seconds before and after it are seen", () => {
  const spans = [
    { startMs: 0, endMs: 4000 },
    { startMs: 4000 + 24 * HOUR_MS, endMs: 8000 + 24 * HOUR_MS },
  ];
  const scale = createTimeScale(spans, { startMs: 0, endMs: 8000 + 24 * HOUR_MS });
  expect(scale.folds).toHaveLength(1);
  expect(scale.place(4000)).toBeGreaterThan(0.4);
  expect(scale.place(4000 + 24 * HOUR_MS)).toBeLessThan(0.6);
  expect(scale.activeMs).toBe(8000);
});

test("later is never to the left of earlier, and everything lies between 0 and 1", () => {
  const span = fc
    .tuple(fc.nat(1_000_000), fc.nat(50_000))
    .map(([startMs, length]) => ({ startMs, endMs: startMs + length }));
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 40 }),
      fc.array(fc.nat(1_100_000), { minLength: 2 }),
      (spans, instants) => {
        const scale = createTimeScale(spans, { startMs: 0, endMs: 1_050_000 });
        const places = instants.toSorted((a, b) => a - b).map((atMs) => scale.place(atMs));
        for (const [index, place] of places.entries()) {
          expect(place).toBeGreaterThanOrEqual((places[index - 1] ?? 0) - 1e-9);
          expect(place).toBeLessThanOrEqual(1 + 1e-9);
        }
      },
    ),
  );
});
