import { setImmediate as turn } from "node:timers/promises";
import type { CompiledQuery } from "kysely";
import { expect, test } from "vitest";
import type { ScriptedModelOptions } from "../../src/models/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { interceptStore } from "../support/intercepted-store.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { modelHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

/** A hand that calls `work` in each of its replies but the last, on a clock that stands still. */
async function openWorker(
  effect: "read" | "destructive",
  replies: NonNullable<ScriptedModelOptions["replies"]>,
) {
  const clock = createFakeClock();
  const work = createStepTool("work", { effect });
  const bench = await openRunnerBench({ clock, extraTools: [work], replies });
  bench.writeHand("worker", modelHand("worker", ["work"]));
  await bench.addState("worker");
  return { bench, clock, work };
}

const call = { toolCalls: [{ name: "work", args: {} }] };

test.each([
  // The start with its claim, two replies with their calls, and the last reply with the end: a read's result goes with the next of them.
  ["read", 4],
  // The same, and each result by itself.
  ["destructive", 6],
] as const)("an execution of two calls that are %s is %i commits", async (effect, expected) => {
  const { bench, work } = await openWorker(effect, [call, call, { text: "done" }]);
  let count = 0;
  const { runner } = await bench.openSecond({
    store: interceptStore(bench.store, (transactionNumber) => {
      count = transactionNumber;
    }),
  });
  const ended = await runner.runNow("worker");
  expect(ended).toMatchObject({ outcome: "success", output: "done", step_count: 5, input_tokens: 300 });
  expect((await bench.steps(ended.id)).map(({ kind, status }) => `${kind} ${status}`)).toEqual([
    "model done",
    "tool done",
    "model done",
    "tool done",
    "model done",
  ]);
  expect(work.calls).toHaveLength(2);
  expect(count).toBe(expected);
});

test("what a call with an effect came to is on the disk before the model is asked about it", async () => {
  const { bench } = await openWorker("destructive", (_request, callNumber) =>
    callNumber === 1 ? call : { text: "done", delayMs: 5000 },
  );
  const id = await bench.runner.trigger("worker");
  const running = bench.runner.runHere(id);
  await expect.poll(() => bench.model.requests.length).toBe(2);
  expect((await bench.steps(id)).map(({ status }) => status)).toEqual(["done", "done"]);
  await bench.runner.cancel(id, "ann");
  await running;
});

test("what a read came to is shown while the model takes its time over it", async () => {
  const { bench, clock } = await openWorker("read", (_request, callNumber) =>
    callNumber === 1 ? call : { text: "done", delayMs: 5000 },
  );
  const id = await bench.runner.trigger("worker");
  const running = bench.runner.runHere(id);
  await expect.poll(() => bench.model.requests.length).toBe(2);
  expect((await bench.steps(id)).map(({ status }) => status)).toEqual(["done", "executing"]);
  await clock.advance(250);
  const read = async () => (await bench.steps(id)).map(({ kind, status }) => `${kind} ${status}`);
  await expect.poll(read).toEqual(["model done", "tool done", "model executing"]);
  await clock.advance(5000);
  expect(await running).toMatchObject({ outcome: "success", output: "done" });
});

test("what a read came to is shown while another call is under way", async () => {
  let finish: (value: unknown) => void = () => {};
  const slow = createStepTool("slow", {
    effect: "read",
    run: () => new Promise((resolve) => (finish = resolve)),
  });
  const quick = createStepTool("quick", { effect: "read" });
  const bench = await openRunnerBench({
    clock: createFakeClock(),
    extraTools: [slow, quick],
    replies: [
      {
        toolCalls: [
          { name: "slow", args: {} },
          { name: "quick", args: {} },
        ],
      },
      { text: "done" },
    ],
  });
  bench.writeHand("worker", modelHand("worker", ["slow", "quick"]));
  const id = await bench.runner.trigger("worker");
  const running = bench.runner.runHere(id);
  const read = async () => (await bench.steps(id)).map(({ name, status }) => `${name} ${status}`).slice(1);
  await expect.poll(read).toEqual(["slow executing", "quick done"]);
  finish("late");
  expect(await running).toMatchObject({ outcome: "success", output: "done" });
});

test("an execution that is cancelled over the model's next reply keeps what it had read", async () => {
  const { bench } = await openWorker("read", (_request, callNumber) =>
    callNumber === 1 ? call : { text: "never", delayMs: 5000 },
  );
  const id = await bench.runner.trigger("worker");
  const running = bench.runner.runHere(id);
  await expect.poll(() => bench.model.requests.length).toBe(2);
  await bench.runner.cancel(id, "ann");
  expect(await running).toMatchObject({ outcome: "cancelled", step_count: 2 });
  expect((await bench.steps(id)).map(({ kind, status }) => `${kind} ${status}`)).toEqual([
    "model done",
    "tool done",
  ]);
});

test("what a read came to while the journal was read again stays, and the call is made once", async () => {
  let finish: (value: unknown) => void = () => {};
  const slow = createStepTool("slow", {
    effect: "read",
    run: () => new Promise((resolve) => (finish = resolve)),
  });
  const bench = await openRunnerBench({
    clock: createFakeClock(),
    extraTools: [slow],
    replies: [{ toolCalls: [{ name: "slow", args: {} }] }, { text: "done" }],
  });
  bench.writeHand("worker", modelHand("worker", ["slow"]));
  await bench.addState("worker");
  let isArmed = false;
  const store = interceptStore(bench.store, () => {});
  const db = new Proxy(store.db, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== "function") return member;
      if (key !== "executeQuery") return member.bind(target);
      return async (query: CompiledQuery) => {
        const result = await target.executeQuery(query);
        if (!isArmed || !query.sql.includes('from "execution_steps"')) return result;
        isArmed = false;
        finish("in the middle");
        for (let turns = 0; turns < 10; turns += 1) await turn();
        return result;
      };
    },
  });
  const { runner } = await bench.openSecond({ store: { ...store, db } });
  await runner.start();
  const id = await runner.trigger("worker");
  await expect.poll(() => slow.calls.length).toBe(1);
  isArmed = true;
  await bench.store.transaction(async (transaction) =>
    transaction.notify({ kind: "approval", executionId: id, approvalId: "of-another-call" }),
  );
  await expect.poll(() => runner.getExecution(id)).toMatchObject({ outcome: "success", output: "done" });
  expect(slow.calls).toHaveLength(1);
  expect(isArmed).toBe(false);
});
