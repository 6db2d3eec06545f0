import { afterAll, expect, test } from "vitest";
import { createHuman } from "./check-kill.ts";
import type { CaseRecord } from "./check-record.ts";
import { checkRecord } from "./check-record.ts";
import { CrashChild } from "./child-process.ts";
import { openCrashCase } from "./crash-case.ts";
import type { HandFolder } from "./hand-folders.ts";
import { MODEL_HAND, SCRIPT_HAND } from "./hand-folders.ts";
import type { InterruptionPoint } from "./interruption.ts";
import { describePoint } from "./interruption.ts";
import { isThorough } from "./scale.ts";
import { finish, inTwoLanes, Survivors } from "./survive.ts";

const PATIENCE_MS = 240_000;

const survivors = new Survivors();
afterAll(() => survivors[Symbol.asyncDispose]());

interface Stop {
  readonly folder: HandFolder;
  readonly point: InterruptionPoint;
}

/**
 * Tells a process at the point to stop, and lets another one bring the case to its end, with no lease passing: everything it had was handed
 * back. Gives what was recorded, or null where the point was never reached.
 */
async function stopAt({ folder, point }: Stop, delayMs = 0): Promise<CaseRecord | null> {
  await using universe = await openCrashCase(folder, createHuman("happened"));
  for (const name of ["look", "pay", "note", "save"]) universe.delaysMs.set(name, delayMs);
  const stopped = new CrashChild();
  const stopDeciding = universe.keepDeciding();
  try {
    await universe.start(stopped, { interruption: { point, signal: "SIGTERM" } });
    const { kind } = await stopped.outcome();
    if (stopped.interruptedAt === null) return null;
    if (kind === "stopped") await survivors.lend((other) => finish(universe, other));
    const record = await checkRecord(universe);
    expect(record.eventTypes).not.toContain("execution.taken_over");
    expect(record.approvals.filter((approval) => approval.kind === "unknown")).toEqual([]);
    expect(record.execution.lost_leases).toBe(0);
    expect(new Set(universe.world.effects.map(({ name }) => name)).size).toBe(universe.world.effects.length);
    return record;
  } catch (error) {
    throw new Error(`stopped at ${describePoint(point)} (${stopped.interruptedAt}): ${String(error)}`, {
      cause: error,
    });
  } finally {
    await stopDeciding();
    await stopped.end();
  }
}

test(
  "a process that is told to stop during an effect finishes and records it, and another goes on at once",
  async () => {
    const stops: readonly Stop[] = [
      ...(isThorough ? ["look", "pay", "note"] : ["pay", "note"]).map((name) => ({
        folder: SCRIPT_HAND,
        name,
      })),
      ...["pay"].map((name) => ({ folder: MODEL_HAND, name })),
    ].map(({ folder, name }) => ({ folder, point: { kind: "effect", name, when: "during" } }));
    for (const record of await inTwoLanes(stops, (stop) => stopAt(stop, 300))) {
      expect(record?.execution.attempt).toBeGreaterThan(1);
      expect(record?.steps.every((step) => step.attempt <= 1)).toBe(true);
    }
  },
  PATIENCE_MS,
);

test.concurrent(
  "a process that is told to stop at one of its commits hands back what it has, and leaves nothing to a lease",
  async () => {
    const numbers = isThorough ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14] : [2, 5, 6, 9, 12];
    const stops = numbers.map((number): Stop => {
      const folder = number % 2 === 0 ? SCRIPT_HAND : MODEL_HAND;
      return { folder, point: { kind: "commit", number, when: number % 3 === 0 ? "before" : "after" } };
    });
    const records = await inTwoLanes(stops, (stop) => stopAt(stop));
    expect(records.filter((record) => record !== null).length).toBeGreaterThanOrEqual(3);
  },
  PATIENCE_MS,
);

test.concurrent(
  "an effect that does not come to an end when its process stops is asked about after 10 seconds, and not repeated",
  async () => {
    const human = createHuman("skip");
    await using universe = await openCrashCase(SCRIPT_HAND, human);
    universe.delaysMs.set("pay", 60_000);
    const stopped = new CrashChild();
    const stopDeciding = universe.keepDeciding();
    try {
      await universe.start(stopped, {
        interruption: { point: { kind: "effect", name: "pay", when: "during" }, signal: "SIGTERM" },
      });
      expect(await stopped.outcome()).toEqual({ kind: "stopped" });
      await survivors.lend((other) => finish(universe, other));
      const record = await checkRecord(universe);
      expect(record.eventTypes).not.toContain("execution.taken_over");
      expect(record.approvals.map(({ kind, action }) => [kind, action])).toContainEqual(["unknown", "pay"]);
      expect(universe.world.of("pay")).toHaveLength(1);
    } finally {
      await stopDeciding();
      await stopped.end();
    }
  },
  PATIENCE_MS,
);
