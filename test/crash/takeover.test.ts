import { afterAll, expect, test } from "vitest";
import { createDeferred } from "../../src/core/index.ts";
import { LEASE_MS } from "../../src/runner/lease.ts";
import type { Store } from "../../src/store/index.ts";
import { listExecutions } from "../../src/store/index.ts";
import { createHuman } from "./check-kill.ts";
import { checkRecord, readRecord } from "./check-record.ts";
import type { CrashChild } from "./child-process.ts";
import type { CrashCase } from "./crash-case.ts";
import { openCrashCase } from "./crash-case.ts";
import { HAND, MODEL_HAND, REMEMBERING_HAND, SCRIPT_HAND } from "./hand-folders.ts";
import type { InterruptionPoint } from "./interruption.ts";
import { describePoint } from "./interruption.ts";
import { isThorough } from "./scale.ts";
import { finish, inTwoLanes, Survivors } from "./survive.ts";

const PATIENCE_MS = 240_000;

const survivors = new Survivors();
afterAll(() => survivors[Symbol.asyncDispose]());

/** Everything that is recorded of executions. */
async function dump(store: Store): Promise<string> {
  const tables = ["hand_executions", "execution_steps", "approval_queue", "deliveries", "events"] as const;
  const rows = await Promise.all(tables.map((table) => store.db.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows, null, 1);
}

/**
 * Freezes a process at the point for longer than its leases, lets a second one bring the case to its end, and lets the first one go on.
 * Gives false where the point was never reached.
 */
async function outlive(
  universe: CrashCase,
  frozen: CrashChild,
  point: InterruptionPoint,
  lease: { readonly passes: "at once" | "by itself" } = { passes: "at once" },
): Promise<boolean> {
  const stopDeciding = universe.keepDeciding();
  try {
    await universe.start(frozen, { interruption: { point, signal: "SIGSTOP" } });
    const wasFrozen = await Promise.race([
      frozen.interrupted().then(() => true),
      frozen.outcome().then(() => false),
    ]);
    if (!wasFrozen) return false;
    if (lease.passes === "at once") universe.passLeases();
    await survivors.lend((other) => finish(universe, other));
    await checkRecord(universe);
    const before = await dump(universe.here.store);
    const effectCount = universe.world.effects.length;
    frozen.signal("SIGCONT");
    expect(await frozen.outcome()).toEqual({ kind: "finished" });
    expect(await dump(universe.here.store)).toBe(before);
    expect(universe.world.effects).toHaveLength(effectCount);
    await checkRecord(universe);
    return true;
  } catch (error) {
    throw new Error(`frozen at ${describePoint(point)} (${frozen.interruptedAt}): ${String(error)}`, {
      cause: error,
    });
  } finally {
    await stopDeciding();
  }
}

test.concurrent(
  "a process that was frozen for longer than a lease by the machine's own clock has lost its execution to another",
  async () => {
    await using universe = await openCrashCase(SCRIPT_HAND, createHuman("happened"));
    const point: InterruptionPoint = { kind: "effect", name: "pay", when: "during" };
    await survivors.lend((frozen) => outlive(universe, frozen, point, { passes: "by itself" }));
    const { execution, eventTypes } = await readRecord(universe.here.store);
    expect(eventTypes).toContain("execution.taken_over");
    expect(execution.completed_at ?? 0).toBeGreaterThan(execution.created_at + LEASE_MS);
  },
  PATIENCE_MS,
);

test.concurrent(
  "a process that was frozen around one of its commits, for longer than its leases, changes nothing when it goes on",
  async () => {
    let number = 0;
    let isAtEnd = false;
    const lane = async () => {
      while (!isAtEnd) {
        number += isThorough ? 1 : 3;
        const point: InterruptionPoint = {
          kind: "commit",
          number,
          when: number % 2 === 0 ? "beginning" : "after",
        };
        await using universe = await openCrashCase(SCRIPT_HAND, createHuman("happened"));
        if (!(await survivors.lend((frozen) => outlive(universe, frozen, point)))) isAtEnd = true;
      }
    };
    await Promise.all([lane(), lane()]);
    expect(number).toBeGreaterThan(17);
  },
  PATIENCE_MS,
);

test(
  "a process that was frozen in the middle of an effect cannot write its result down",
  async () => {
    const cases = [
      { hand: SCRIPT_HAND, name: "pay" },
      { hand: SCRIPT_HAND, name: "note" },
      { hand: MODEL_HAND, name: "save" },
    ];
    await inTwoLanes(cases, async ({ hand, name }) => {
      await using universe = await openCrashCase(hand, createHuman("happened"));
      await survivors.lend((frozen) =>
        outlive(universe, frozen, { kind: "effect", name, when: "during" }).then((wasFrozen) =>
          expect(wasFrozen).toBe(true),
        ),
      );
    });
  },
  PATIENCE_MS,
);

test(
  "a process that goes on while another has its execution cannot write between the other's lines",
  async () => {
    await using universe = await openCrashCase(SCRIPT_HAND, createHuman("happened"));
    const answer = createDeferred();
    const stopDeciding = universe.keepDeciding();
    const look = async () =>
      (await readRecord(universe.here.store)).steps.find(({ name }) => name === "look");
    try {
      await survivors.lend(async (frozen) => {
        // The fire, the claim, the intent to look; and the result, which it has and is about to write down.
        const point: InterruptionPoint = { kind: "commit", number: 4, when: "beginning" };
        await universe.start(frozen, { interruption: { point, signal: "SIGSTOP" } });
        await frozen.interrupted();
        universe.passLeases();
        universe.holds.set("look", answer.promise);
        await survivors.lend(async (other) => {
          await universe.start(other);
          await expect.poll(look, { timeout: 30_000 }).toMatchObject({ attempt: 2 });
          frozen.signal("SIGCONT");
          // The other one has to wait for its own answer meanwhile.
          await universe.here.clock.sleep(1000);
          expect(await look()).toMatchObject({ status: "executing", attempt: 2, result_json: null });
          answer.resolve();
          expect(await other.outcome()).toEqual({ kind: "finished" });
        });
        expect(await frozen.outcome()).toEqual({ kind: "finished" });
      });
      const { execution } = await checkRecord(universe);
      expect(execution).toMatchObject({ fence: execution.attempt, lost_leases: 0 });
      // The world counts its effects: the second answer is the one that counts.
      expect(await look()).toMatchObject({ result_json: '{"done":"look","count":2}' });
    } finally {
      answer.resolve();
      await stopDeciding();
    }
  },
  PATIENCE_MS,
);

test(
  "a process that was frozen does not bring back what its hand remembered before",
  async () => {
    await using universe = await openCrashCase(REMEMBERING_HAND, createHuman("happened"));
    const { store } = universe.here;
    const remembered = async () => await store.db.selectFrom("hand_memory").select("value_json").execute();
    await survivors.lend(async (frozen) => {
      // The fire, the claim, the intent to remember; and the memory.
      const point: InterruptionPoint = { kind: "commit", number: 4, when: "beginning" };
      await universe.start(frozen, { interruption: { point, signal: "SIGSTOP" } });
      await frozen.interrupted();
      universe.passLeases();
      await survivors.lend(async (other) => {
        await finish(universe, other);
        await universe.start(other, { fires: [{ handName: HAND, scheduledFor: Date.UTC(2030, 0, 2, 7) }] });
        expect(await other.outcome()).toEqual({ kind: "finished" });
      });
      const [newest] = await listExecutions(store, { limit: 1 });
      expect(await remembered()).toEqual([{ value_json: JSON.stringify(newest?.id) }]);
      frozen.signal("SIGCONT");
      expect(await frozen.outcome()).toEqual({ kind: "finished" });
      expect(await remembered()).toEqual([{ value_json: JSON.stringify(newest?.id) }]);
    });
  },
  PATIENCE_MS,
);
