import { afterAll, expect, test } from "vitest";
import type { ExecutionRow } from "../../src/store/index.ts";
import { listDeliveries, listExecutions, listSteps } from "../../src/store/index.ts";
import { createHuman } from "./check-kill.ts";
import { CrashChild } from "./child-process.ts";
import type { CrashCase } from "./crash-case.ts";
import { openCrashCase } from "./crash-case.ts";
import { MODEL_HAND, SCRIPT_HAND, withSchedule } from "./hand-folders.ts";
import type { InterruptionPoint } from "./interruption.ts";
import { isThorough } from "./scale.ts";
import { Survivors } from "./survive.ts";

const PATIENCE_MS = 120_000;
/** How long the hands of these tests fire, every second. */
const FIRING_MS = 10_000;

const survivors = new Survivors();
afterAll(() => survivors[Symbol.asyncDispose]());

/** Every second from the first fire to the last has exactly one row: its own, or one that stands for several. */
function checkFires(rows: readonly ExecutionRow[], endAt: number): void {
  const seconds = rows.flatMap((row) => {
    const range = JSON.parse(row.coalesced_json ?? "null") as {
      first: number;
      last: number;
      count: number;
    } | null;
    if (range === null) return [row.scheduled_for ?? 0];
    const covered = Array.from({ length: range.count }, (_, index) => range.first + index * 1000);
    expect(covered.at(-1)).toBe(range.last);
    return covered;
  });
  seconds.sort((left, right) => left - right);
  const first = seconds[0] ?? 0;
  expect(seconds).toEqual(seconds.map((_, index) => first + index * 1000));
  expect(seconds.at(-1)).toBe(endAt);
}

async function checkExecutions({ here, world, unapproved }: CrashCase): Promise<number> {
  const rows = await listExecutions(here.store, { limit: 100 });
  const ran = rows.filter((row) => row.outcome !== "skipped");
  expect(unapproved).toEqual([]);
  expect(rows.every((row) => row.status === "ended")).toBe(true);
  for (const row of ran) {
    expect(row).toMatchObject({ outcome: "success", trigger: "schedule" });
    const pay = (await listSteps(here.store, row.id)).find((step) => step.name === "pay");
    expect(pay).toMatchObject({ status: "done" });
    const key = `${row.id}:step:${pay?.step_index}`;
    expect(world.of("pay").filter((effect) => effect.key === key)).toHaveLength(1);
    expect((await listDeliveries(here.store, row.id)).map(({ status }) => status)).toEqual(["delivered"]);
  }
  expect(world.of("pay")).toHaveLength(ran.length);
  return ran.length;
}

type Case = { readonly brain: string; readonly point: InterruptionPoint };

const CASES: readonly Case[] = [
  { brain: "script", point: { kind: "effect", name: "pay", when: "during" } },
  { brain: "model", point: { kind: "model", number: 2, when: "answering" } },
];

const FURTHER_CASES: readonly Case[] = [
  { brain: "script", point: { kind: "effect", name: "look", when: "after" } },
  { brain: "model", point: { kind: "effect", name: "pay", when: "after" } },
];

for (const { brain, point } of isThorough ? [...CASES, ...FURTHER_CASES] : CASES) {
  const place = point.kind === "effect" ? `${point.when} ${point.name}` : "while it asks the model";
  test.concurrent(
    `a ${brain} hand that fires every second, killed ${place}: every fire has one row, and what ran paid once`,
    async () => {
      const endAt = Math.floor(Date.now() / 1000) * 1000 + FIRING_MS;
      const folder = withSchedule(brain === "script" ? SCRIPT_HAND : MODEL_HAND, new Date(endAt));
      await using universe = await openCrashCase(folder, createHuman("happened"));
      const victim = new CrashChild();
      const stopDeciding = universe.keepDeciding();
      try {
        const whole = { composition: "runtime", fires: [] } as const;
        await universe.start(victim, { ...whole, interruption: { point, signal: "SIGKILL" } });
        expect(await victim.outcome()).toMatchObject({ kind: "died" });
        universe.passLeases();
        await survivors.lend(async (survivor) => {
          await universe.start(survivor, whole);
          expect(await survivor.outcome()).toEqual({ kind: "finished" });
        });
        expect(await checkExecutions(universe)).toBeGreaterThan(0);
        checkFires(await listExecutions(universe.here.store, { limit: 100 }), endAt);
      } finally {
        await stopDeciding();
        await victim.end();
      }
    },
    PATIENCE_MS,
  );
}
