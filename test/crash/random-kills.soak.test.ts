import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { killAtRandom } from "./random-kills.ts";

const kills = Number(process.env["HANDS_KILLS"] ?? "1000");
const seed = Number(process.env["HANDS_KILL_SEED"] ?? randomInt(2 ** 31 - 1));

test("hands up, killed at random moments thousands of times, pays nothing twice and loses nothing", {
  timeout: 86_400_000,
}, async () => {
  process.stdout.write(`HANDS_KILL_SEED=${seed}\n`);
  const figures = await killAtRandom({ seed, kills });
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  expect(figures.paid).toBeGreaterThan(0);
});
