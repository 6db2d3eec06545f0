import { expect, test } from "vitest";
import type { Forecast } from "../../src/cli/simulate/forecast.ts";
import { forecast } from "../../src/cli/simulate/forecast.ts";
import type { SimulatedHand } from "../../src/cli/simulate/types.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createCliProject } from "./cli-project.ts";
import { runHere } from "./run-here.ts";
import { GREETER, PAYER } from "./sample-hands.ts";

const FROM_MS = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;

function play(hand: Partial<SimulatedHand>, hours = 1) {
  const [result] = forecast(
    [
      {
        handName: "clock",
        schedule: { cron: "*/10 * * * *" },
        anchorMs: FROM_MS,
        durationMs: null,
        durationFrom: null,
        costUsdPerRun: null,
        ...hand,
      },
    ],
    { fromMs: FROM_MS, untilMs: FROM_MS + hours * 60 * MINUTE_MS },
  ).hands;
  return result;
}

test("runs that end before the next fire do not overlap, and cost what past runs cost", () => {
  expect(play({ durationMs: 9 * MINUTE_MS, costUsdPerRun: 0.25 })).toMatchObject({
    fireCount: 6,
    runCount: 6,
    skippedCount: 0,
    estimatedCostUsd: 1.5,
    firstFireAt: "2026-01-05T00:00:00.000Z",
    lastFireAt: "2026-01-05T00:50:00.000Z",
  });
  expect(play({})).toMatchObject({ runCount: 6, estimatedCostUsd: null });
});

test.each([
  ["skip", { runCount: 3, skippedCount: 3, heldCount: 0, cancelledCount: 0 }],
  ["queue", { runCount: 5, skippedCount: 1, heldCount: 4, cancelledCount: 0 }],
  ["cancel", { runCount: 6, skippedCount: 0, heldCount: 0, cancelledCount: 5 }],
  ["allow", { runCount: 6, skippedCount: 0, heldCount: 0, cancelledCount: 0 }],
] as const)("fires that come while a run works go the way of overlap = %s", (overlap, expected) => {
  const schedule = { cron: "*/10 * * * *", overlap };
  expect(play({ schedule, durationMs: 15 * MINUTE_MS })).toMatchObject({ fireCount: 6, ...expected });
});

test("a day's fires in the spring change of clocks are as many as the wall shows", () => {
  const night = Date.UTC(2026, 2, 28, 23);
  const span = { fromMs: night, untilMs: night + 23 * 60 * MINUTE_MS };
  const hand: SimulatedHand = {
    handName: "hourly",
    schedule: { cron: "0 * * * *", timezone: "Europe/Berlin" },
    anchorMs: night,
    durationMs: null,
    durationFrom: null,
    costUsdPerRun: null,
  };
  expect(forecast([hand], span).hands[0]?.fireCount).toBe(23);
});

test("simulate shows fires, the busiest moment and a calendar, and changes nothing", async () => {
  const project = await createCliProject({
    ...GREETER,
    ...PAYER,
    "hands/other/HAND.toml": `[hand]\ndescription = "Too"\nschedule = { at = "07:05", timezone = "UTC" }\n`,
    "hands/other/hand.ts": "export default async () => 1;\n",
  });
  const clock = createFakeClock(FROM_MS);
  const args = ["simulate", "--days", "7", "--duration", "6m"];
  const result = (await runHere(project.dir, [...args, "--json"], { clock })).json() as Forecast;
  expect(result.hands.map(({ handName, runCount }) => [handName, runCount])).toEqual([
    ["greeter", 5],
    ["other", 7],
  ]);
  expect(result.busiest).toEqual({
    at: "2026-01-05T07:05:00.000Z",
    runCount: 2,
    handNames: ["greeter", "other"],
  });
  expect(result.days.map(({ runCount }) => runCount)).toEqual([2, 2, 2, 2, 2, 1, 1]);
  const plain = await runHere(project.dir, args, { clock });
  expect(plain.stdout).toContain("Most at once: 2, first at 2026-01-05 07:05:00Z (greeter, other).");
  expect(plain.stdout).toMatch(/2026-01-05 +2 +2 +2 +2 +2 +1 +1/);
  const manual = await runHere(project.dir, ["simulate", "payer"], { clock });
  expect([manual.exitCode, manual.stdout]).toEqual([0, ""]);
  expect(manual.stderr).toContain("payer has no schedule, so it never fires.");
  expect((await runHere(project.dir, ["simulate", "--duration", "soon"], { clock })).exitCode).toBe(2);
});
