import { expect, test } from "vitest";
import { findHandState, setAllPaused, updateHandState } from "../../src/store/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import type { RunnerBench, RunnerBenchOptions } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { manifest, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

/** A hand that works for as long as the test lets it, or first asks, or sleeps, as its input says. */
async function openWorker(overlap: string, options: RunnerBenchOptions & { readonly more?: string } = {}) {
  const { more = "", ...rest } = options;
  const working: ((value: unknown) => void)[] = [];
  const work = createStepTool("work", {
    effect: "read",
    run: () => new Promise((resolve) => working.push(resolve)),
  });
  const pay = createStepTool("pay", { run: () => "paid" });
  const bench = await openRunnerBench({ extraTools: [work, pay], ...rest });
  bench.writeHand("worker", {
    ...scriptHand(
      "worker",
      `if (hand.input === "ask") await hand.tool("pay");
       if (hand.input === "sleep") await hand.sleep("1h");
       await hand.tool("work");
       return "worked";`,
    ),
    "HAND.toml": manifest(
      "worker",
      `schedule = { cron = "0 7 * * *", timezone = "UTC", overlap = "${overlap}" }\n[tools]\nrequired = ["work", "pay"]\n[approval_gates]\npay = { description = "Pay" }\n${more}`,
    ),
  });
  await bench.addState("worker");
  const start = async (input: string | null = null, trigger: "schedule" | "manual" = "schedule") =>
    await bench.runner.trigger("worker", { trigger, input });
  const isWorking = async (count: number) =>
    await expect.poll(() => working.length, { interval: 5 }).toBe(count);
  return { bench, work, pay, working, start, isWorking };
}

const statusOf = async (bench: RunnerBench, id: string) => {
  const { status, reason, outcome } = await bench.runner.getExecution(id);
  return [status, reason, outcome];
};

test("skip: a fire that finds one running is a skipped row without a start, and counts as no run", async () => {
  const { bench, working, start, isWorking } = await openWorker("skip");
  const one = await start();
  const running = bench.runner.runHere(one);
  await isWorking(1);
  const two = await start();
  expect(await bench.runner.runHere(two)).toMatchObject({
    outcome: "skipped",
    reason: "overlap",
    started_at: null,
  });
  working[0]?.("done");
  expect((await running).outcome).toBe("success");
  expect(await findHandState(bench.store, "worker")).toMatchObject({
    run_count: 1,
    success_count: 1,
    failure_count: 0,
  });
});

test("queue: the first fire that finds one running is kept, the next ones are skipped, and it runs by itself", async () => {
  const { bench, working, start, isWorking } = await openWorker("queue");
  await bench.runner.start();
  const one = await start();
  await isWorking(1);
  const two = await start();
  await expect.poll(() => statusOf(bench, two)).toEqual(["queued", "overlap", null]);
  const three = await start();
  await expect.poll(() => statusOf(bench, three)).toEqual(["ended", "overlap", "skipped"]);
  working[0]?.("done");
  await isWorking(2);
  working[1]?.("done");
  await expect.poll(() => statusOf(bench, two)).toEqual(["ended", null, "success"]);
  expect((await bench.runner.getExecution(one)).outcome).toBe("success");
});

test("cancel: a new fire ends the one that runs and takes its place, and spares those that wait for a human", async () => {
  const { bench, working, start, isWorking } = await openWorker("cancel");
  const asking = await start("ask");
  await bench.runner.runHere(asking);
  await bench.runner.start();
  const one = await start();
  await isWorking(1);
  const two = await start();
  await isWorking(2);
  expect(await statusOf(bench, one)).toEqual(["ended", null, "cancelled"]);
  working[1]?.("done");
  await expect.poll(() => statusOf(bench, two)).toEqual(["ended", null, "success"]);
  expect(await statusOf(bench, asking)).toEqual(["waiting", "approval", "approval_pending"]);
});

test("cancel: where only sleepers are in the way, they end and the new fire runs at once", async () => {
  const { bench, working, start, isWorking } = await openWorker("cancel");
  const sleeping = await start("sleep");
  await bench.runner.runHere(sleeping);
  const two = await start();
  const running = bench.runner.runHere(two);
  await isWorking(1);
  expect(await statusOf(bench, sleeping)).toEqual(["ended", "overlap", "cancelled"]);
  working[0]?.("done");
  expect((await running).outcome).toBe("success");
});

test("allow: fires run beside each other", async () => {
  const { bench, working, start, isWorking } = await openWorker("allow");
  const runs = [await start(), await start()].map((id) => bench.runner.runHere(id));
  await isWorking(2);
  for (const finish of working) finish("done");
  expect((await Promise.all(runs)).map((row) => row.outcome)).toEqual(["success", "success"]);
});

test("a sleeping one counts as running for a new fire, one that waits for a human does not", async () => {
  const { bench, working, start, isWorking } = await openWorker("skip");
  const asking = await start("ask");
  expect((await bench.runner.runHere(asking)).reason).toBe("approval");
  const sleeping = await start("sleep");
  expect((await bench.runner.runHere(sleeping)).reason).toBe("sleep");
  expect(await bench.runner.runHere(await start())).toMatchObject({ outcome: "skipped", reason: "overlap" });
  const manual = bench.runner.runHere(await start(null, "manual"));
  await isWorking(1);
  working[0]?.("done");
  expect((await manual).outcome).toBe("success");
});

test("what goes on beside a running one is held, goes ahead of new fires, and runs when the other ends", async () => {
  const { bench, pay, working, start, isWorking } = await openWorker("queue");
  const asking = await start("ask");
  await bench.runner.runHere(asking);
  await bench.runner.start();
  const running = await start();
  await isWorking(1);
  const queued = await start();
  await expect.poll(() => statusOf(bench, queued)).toEqual(["queued", "overlap", null]);
  const [approval] = await bench.approvals("pending");
  await bench.approve(approval?.id ?? "");
  await expect.poll(() => statusOf(bench, asking)).toEqual(["queued", "overlap", null]);
  expect(pay.calls).toEqual([]);
  working[0]?.("done");
  await isWorking(2);
  expect((await bench.runner.getExecution(running)).outcome).toBe("success");
  expect((await statusOf(bench, asking))[0]).toBe("running");
  expect((await statusOf(bench, queued))[0]).toBe("queued");
  working[1]?.("done");
  await isWorking(3);
  working[2]?.("done");
  await expect.poll(() => statusOf(bench, queued)).toEqual(["ended", null, "success"]);
});

test("what goes on beside a running one runs when the other parks", async () => {
  const { bench, working, start, isWorking } = await openWorker("skip");
  const first = await start("ask");
  await bench.runner.runHere(first);
  await bench.runner.start();
  const second = await start();
  await isWorking(1);
  const [approval] = await bench.approvals("pending");
  await bench.approve(approval?.id ?? "");
  await expect.poll(() => statusOf(bench, first)).toEqual(["queued", "overlap", null]);
  await bench.runner.cancel(second, "ann");
  await isWorking(2);
  working[1]?.("done");
  await expect.poll(() => statusOf(bench, first)).toEqual(["ended", null, "success"]);
});

test("190 a day from one cron: at most max_waiting wait for humans, then fires are skipped and say why", async () => {
  const { bench, start } = await openWorker("skip", { more: "[limits]\nmax_waiting = 2\n" });
  for (const expected of ["approval", "approval", "max_waiting", "max_waiting"]) {
    expect((await bench.runner.runHere(await start("ask"))).reason).toBe(expected);
  }
  expect(await bench.approvals("pending")).toHaveLength(2);
  expect((await bench.runner.runHere(await start("ask", "manual"))).reason).toBe("approval");
});

test("Pause only changed a label: a paused hand's fires are skipped, what was decided is held until it resumes, and a human may run it", async () => {
  const { bench, working, start, isWorking } = await openWorker("skip");
  const asking = await start("ask");
  await bench.runner.runHere(asking);
  const pause = (isPaused: number) =>
    bench.store.transaction((transaction) => updateHandState(transaction, "worker", { is_paused: isPaused }));
  await pause(1);
  expect(await bench.runner.runHere(await start())).toMatchObject({ outcome: "skipped", reason: "paused" });
  const [approval] = await bench.approvals("pending");
  await bench.approve(approval?.id ?? "");
  expect(await bench.runner.runHere(asking)).toMatchObject({ status: "queued", reason: "paused" });
  const manual = bench.runner.runHere(await start(null, "manual"));
  await isWorking(1);
  working[0]?.("done");
  expect((await manual).outcome).toBe("success");
  await pause(0);
  await bench.runner.start();
  await bench.store.transaction((transaction) => bench.runner.releaseHeld(transaction, "worker"));
  await isWorking(2);
  working[1]?.("done");
  await expect.poll(() => statusOf(bench, asking)).toEqual(["ended", null, "success"]);
});

test("pausing all stops what a human triggers too", async () => {
  const { bench, start } = await openWorker("skip");
  await bench.store.transaction((transaction) => setAllPaused(transaction, true));
  expect((await bench.runner.runHere(await start(null, "manual"))).reason).toBe("paused");
});

test("a fire whose day's money is spent is skipped before it starts", async () => {
  const clock = createFakeClock(Date.UTC(2026, 0, 5, 12));
  const bench = await openRunnerBench({
    clock,
    price: { inputUsdPerMillionTokens: 1000, outputUsdPerMillionTokens: 1000 },
    replies: () => ({ text: "thought", usage: { inputTokens: 1000, outputTokens: 0 } }),
  });
  bench.writeHand("thinker", {
    "HAND.toml": manifest(
      "thinker",
      "[limits]\nmax_cost_usd_per_day = 20\n[model]\nmax_output_tokens = 10\n",
    ),
    "SYSTEM.md": "Think.",
  });
  for (let run = 0; run < 20; run += 1) {
    const { outcome, reason } = await bench.runner.runHere(
      await bench.runner.trigger("thinker", { trigger: "schedule" }),
    );
    if (outcome !== "success") {
      expect(["budget"]).toContain(reason);
      break;
    }
  }
  const spent = (await bench.executions("thinker")).reduce((sum, row) => sum + (row.cost_usd ?? 0), 0);
  expect(spent).toBeGreaterThan(15);
  expect(spent).toBeLessThanOrEqual(20);
});
