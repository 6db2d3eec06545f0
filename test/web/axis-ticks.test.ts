import { expect, test } from "vitest";
import { createAxis } from "../../web/src/screens/hand/axis-ticks.ts";

test.each([0.0031, 0.8, 1, 3, 7, 99, 1_000, 65_432, 4e9])(
  "the lines of a scale up to %d are few, round and below its top",
  (greatest) => {
    const { top, ticks } = createAxis(greatest, 3);
    expect(top).toBeGreaterThan(greatest);
    expect(ticks[0]).toBe(0);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThanOrEqual(4);
    expect(ticks.at(-1)).toBeLessThanOrEqual(top);
    const step = ticks[1] ?? 0;
    const leading = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
    expect([1, 2, 5]).toContain(Math.round(leading * 1e6) / 1e6);
  },
);

test("where nothing was, there is one line at the bottom", () => {
  expect(createAxis(0, 3)).toEqual({ top: 1, ticks: [0] });
});
