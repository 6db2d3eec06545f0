import { expect, test } from "vitest";
import { createEmbeddedQueue } from "../../src/queue/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, modelHand, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

const ALLOW = 'schedule = { cron = "0 7 * * *", overlap = "allow" }\n';

/** A hand whose executions may run beside each other and call `work` once. */
function freeHand(name: string) {
  const files = modelHand(name, ["work"]);
  return { ...files, "HAND.toml": files["HAND.toml"]?.replace("[tools]", `${ALLOW}[tools]`) ?? "" };
}

test("500 queued executions all end, never more at once than the process allows, and no timer stays", async () => {
  const clock = createFakeClock();
  let atOnce = 0;
  let most = 0;
  const work = createStepTool("work", {
    effect: "read",
    run: async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
    },
  });
  const bench = await openRunnerBench({
    clock,
    extraTools: [work],
    maxConcurrent: 7,
    replies: callOnce({ name: "work", args: {} }),
  });
  bench.writeHand("free", freeHand("free"));
  await bench.addState("free");
  await bench.store.transaction(async (transaction) => {
    for (let n = 0; n < 500; n += 1) {
      await bench.runner.startExecution(transaction, {
        handName: "free",
        trigger: "schedule",
        scheduledFor: n,
      });
    }
  });
  await bench.runner.start();
  const countEnded = async () => {
    const row = await bench.store.db
      .selectFrom("hand_executions")
      .select((builder) => builder.fn.countAll<number>().as("count"))
      .where("outcome", "=", "success")
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };
  await expect.poll(countEnded, { timeout: 80_000 }).toBe(500);
  expect(work.calls).toHaveLength(500);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(7);
  expect(bench.runner.running).toEqual([]);
  await bench.runner.stop();
  await bench.parts.code.stop();
  const timersOfStore = clock.timerCount;
  await bench.store.close();
  // What is left belongs to the store, which looks for other processes' writes.
  expect(timersOfStore).toBeLessThanOrEqual(2);
  expect(clock.timerCount).toBe(0);
}, 90_000);

test("resumed ones go before what a human started, and that before what the clock started", async () => {
  const order: string[] = [];
  let release: (value: unknown) => void = () => {};
  const work = createStepTool("work", {
    effect: "read",
    run: (args) => void order.push(String(args["who"])),
  });
  const block = createStepTool("block", {
    effect: "read",
    run: () => new Promise((resolve) => (release = resolve)),
  });
  const pay = createStepTool("pay");
  const bench = await openRunnerBench({
    extraTools: [work, block, pay],
    maxConcurrent: 1,
    replies: (request) => {
      const who =
        /"(\w+)"/.exec(request.messages[0]?.role === "user" ? request.messages[0].text : "")?.[1] ?? "";
      if (request.messages.at(-1)?.role !== "tool") {
        return {
          toolCalls: [
            { name: who === "block" ? "block" : who === "resumed" ? "pay" : "work", args: { who } },
          ],
        };
      }
      return who === "resumed" && request.messages.length < 4
        ? { toolCalls: [{ name: "work", args: { who } }] }
        : { text: "done" };
    },
  });
  bench.writeHand("free", {
    "HAND.toml": `[hand]\nname = "free"\n${ALLOW}[tools]\nrequired = ["work", "block", "pay"]\n`,
    "SYSTEM.md": "Work.",
  });
  const resumed = await bench.run("free", { trigger: "schedule", input: "resumed" });
  expect(resumed.status).toBe("waiting");
  await bench.runner.start();
  await bench.runner.trigger("free", { trigger: "schedule", input: "block" });
  await expect.poll(() => block.calls.length).toBe(1);
  for (const [trigger, input] of [
    ["schedule", "clock"],
    ["schedule", "clock2"],
    ["manual", "human"],
  ] as const) {
    await bench.runner.trigger("free", { trigger, input });
  }
  const [approval] = await bench.approvals("pending");
  await bench.approve(approval?.id ?? "");
  release("go");
  await expect.poll(() => order.length).toBe(4);
  expect(order).toEqual(["resumed", "human", "clock", "clock2"]);
});

test("a wake-up that is lost strands nothing: the sweep finds the execution", async () => {
  const clock = createFakeClock();
  const bench = await openRunnerBench({
    clock,
    replies: () => ({ text: "done" }),
    queue: { ...createEmbeddedQueue(), send: async () => {} },
  });
  bench.writeHand("thinker", modelHand("thinker", []));
  await bench.runner.start();
  await clock.advance(100);
  const id = await bench.runner.trigger("thinker");
  await clock.advance(1500);
  await expect.poll(async () => (await bench.runner.getExecution(id)).outcome).toBe("success");
});

test("stopping lets the step under way finish, journals it and hands the execution back: another process goes on at once", async () => {
  const clock = createFakeClock();
  const started = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<string>();
  const work = createStepTool("work", {
    run: (_args, _context, callNumber) => {
      started.resolve();
      return callNumber === 1 ? finished.promise : "twice";
    },
  });
  const bench = await openRunnerBench({
    clock,
    extraTools: [work],
    replies: callOnce({ name: "work", args: {} }),
  });
  bench.writeHand("free", freeHand("free"));
  await bench.runner.start();
  const id = await bench.runner.trigger("free");
  await started.promise;
  const stopping = bench.runner.stop();
  await clock.advance(3000);
  finished.resolve("once");
  await stopping;
  expect(await bench.runner.getExecution(id)).toMatchObject({
    status: "queued",
    lease_owner: null,
    lost_leases: 0,
  });
  expect((await bench.steps(id)).map((step) => step.status)).toEqual(["done", "done"]);
  const second = await bench.openSecond();
  expect(await second.runner.runHere(id)).toMatchObject({ outcome: "success", output: '"once"', attempt: 2 });
  expect(work.calls).toHaveLength(1);
});

test.each([
  ["destructive", { status: "unknown" }, { status: "waiting", reason: "unknown" }],
  ["read", { status: "executing" }, { status: "ended", outcome: "success" }],
] as const)(
  "a %s step that does not finish within 10 seconds of a stop is left as what it is",
  async (effect, step, after) => {
    const clock = createFakeClock();
    const started = Promise.withResolvers<void>();
    const work = createStepTool("work", {
      effect,
      run: (_args, _context, callNumber) => {
        started.resolve();
        return callNumber === 1 ? new Promise(() => {}) : "again";
      },
    });
    const bench = await openRunnerBench({
      clock,
      extraTools: [work],
      replies: callOnce({ name: "work", args: {} }),
    });
    bench.writeHand("free", freeHand("free"));
    await bench.runner.start();
    const id = await bench.runner.trigger("free");
    await started.promise;
    const stopping = bench.runner.stop();
    for (let second = 0; second < 12; second += 1) await clock.advance(1000);
    await stopping;
    expect((await bench.steps(id)).find((row) => row.name === "work")).toMatchObject(step);
    expect((await bench.runner.getExecution(id)).status).toBe("queued");
    const second = await bench.openSecond();
    expect(await second.runner.runHere(id)).toMatchObject(after);
    expect(work.calls).toHaveLength(effect === "read" ? 2 : 1);
  },
);

test("what is being claimed when the process stops is handed back before the stop is over", async () => {
  const bench = await openRunnerBench({ replies: () => ({ text: "done" }) });
  bench.writeHand("thinker", modelHand("thinker", []));
  const looking = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const slow = await bench.openSecond({
    hands: {
      lookUp: async (name) => {
        looking.resolve();
        await go.promise;
        return await bench.parts.hands.lookUp(name);
      },
    },
  });
  await slow.runner.start();
  const id = await bench.runner.trigger("thinker");
  await looking.promise;
  const stopping = slow.runner.stop();
  setTimeout(go.resolve, 30);
  await stopping;
  const after = await bench.runner.getExecution(id);
  expect(["queued", "ended"]).toContain(after.status);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await bench.runner.getExecution(id)).toEqual(after);
});

test("an execution that is run here twice at once runs once", async () => {
  const work = createStepTool("work");
  const bench = await openRunnerBench({ extraTools: [work], replies: callOnce({ name: "work", args: {} }) });
  bench.writeHand("free", freeHand("free"));
  const id = await bench.runner.trigger("free");
  const rows = await Promise.all([bench.runner.runHere(id), bench.runner.runHere(id)]);
  expect(work.calls).toHaveLength(1);
  expect((await bench.runner.getExecution(id)).attempt).toBe(1);
  expect(rows.map((row) => row.outcome)).toContain("success");
});

test("what goes to sleep for less than the pause between two looks is woken at its time", async () => {
  const clock = createFakeClock();
  const bench = await openRunnerBench({ clock });
  for (const [name, duration] of [
    ["short", "300ms"],
    ["longer", "700ms"],
  ] as const) {
    bench.writeHand(name, scriptHand(name, `await hand.sleep("${duration}"); return "awake";`));
  }
  await bench.runner.start();
  await clock.advance(50);
  const ids = [await bench.runner.trigger("short"), await bench.runner.trigger("longer")];
  const read = (id = "") => bench.runner.getExecution(id);
  for (const id of ids) await expect.poll(async () => (await read(id)).status).toBe("waiting");
  const [first, second] = ids;
  await clock.advance(299);
  expect((await read(first)).status).toBe("waiting");
  await clock.advance(1);
  await expect.poll(async () => (await read(first)).outcome).toBe("success");
  expect((await read(second)).status).toBe("waiting");
  await clock.advance(400);
  await expect.poll(async () => (await read(second)).outcome).toBe("success");
  await bench.runner.stop();
});
