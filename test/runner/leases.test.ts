import { expect, test } from "vitest";
import { silentLogger } from "../../src/core/index.ts";
import { openStore } from "../../src/store/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { interceptStore } from "../support/intercepted-store.ts";
import type { RunnerBenchOptions } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, modelHand, scriptHand } from "../support/simple-hands.ts";
import type { StepToolOptions } from "../support/step-tool.ts";
import { createStepTool } from "../support/step-tool.ts";

/** Two processes with a clock each, on one database; the hand calls `act` once. */
async function openTwo(tool: StepToolOptions, options: RunnerBenchOptions = {}) {
  const here = createFakeClock();
  const there = createFakeClock();
  const act = createStepTool("act", tool);
  const bench = await openRunnerBench({
    clock: here,
    extraTools: [act],
    replies: callOnce({ name: "act", args: { n: 1 } }),
    ...options,
  });
  bench.writeHand("actor", modelHand("actor", ["act"]));
  await bench.addState("actor");
  const openOther = async () => {
    const store = await openStore({ db: bench.db, clock: there, logger: silentLogger });
    const second = await bench.openSecond({ store, clock: there });
    return { ...second, store };
  };
  return { bench, here, there, act, openOther };
}

/** Resolves when the tool is being run. */
function createStarted() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, resolve };
}

test("a process that froze and wakes after a takeover loses its lease: what it writes then is refused", async () => {
  const started = createStarted();
  let finish: (value: unknown) => void = () => {};
  let aborted: unknown;
  const { bench, here, there, act, openOther } = await openTwo({
    effect: "read",
    run: (_args, context, callNumber) => {
      if (callNumber > 1) return "by the other";
      context.signal.addEventListener("abort", () => (aborted = context.signal.reason));
      started.resolve();
      return new Promise((resolve) => (finish = resolve));
    },
  });
  const id = await bench.runner.trigger("actor");
  const frozen = bench.runner.runHere(id);
  await started.promise;
  there.freezeProcess(9000);
  const { runner, store } = await openOther();
  expect(await runner.runHere(id)).toMatchObject({ outcome: "success", output: '"by the other"', fence: 2 });
  here.freezeProcess(9000);
  await here.advance(1000);
  finish("by the frozen one");
  await frozen;
  expect(aborted).toMatchObject({ code: "lease_lost" });
  const [, step] = await bench.steps(id);
  expect(step).toMatchObject({ result_json: '"by the other"', attempt: 2 });
  expect(await bench.runner.getExecution(id)).toMatchObject({ output: '"by the other"', lost_leases: 0 });
  expect(act.calls.map((call) => call.key)).toEqual([`${id}:step:1`, `${id}:step:1`]);
  await store.close();
});

test("what a killed process had is taken by another within 10 seconds, and not while its lease lasts", async () => {
  const started = createStarted();
  let finish: (value: unknown) => void = () => {};
  const { bench, here, there, openOther } = await openTwo({
    effect: "read",
    run: (_args, _context, callNumber) => {
      if (callNumber > 1) return "by the other";
      started.resolve();
      return new Promise((resolve) => (finish = resolve));
    },
  });
  const id = await bench.runner.trigger("actor");
  // Its clock stands still from here on: nothing of it renews the lease, as if it were gone.
  const killed = bench.runner.runHere(id);
  await started.promise;
  const { runner, parts, store } = await openOther();
  await runner.start();
  const readOwner = async () => (await runner.getExecution(id)).lease_owner;
  await there.advance(7_000);
  expect(await readOwner()).toBe(bench.parts.nodeId);
  await there.advance(3_000);
  await expect
    .poll(() => runner.getExecution(id))
    .toMatchObject({ outcome: "success", fence: 2, attempt: 2 });
  const events = await store.db
    .selectFrom("events")
    .select(["type", "data_json", "created_at"])
    .where("execution_id", "=", id)
    .where("type", "in", ["execution.started", "execution.taken_over"])
    .orderBy("id")
    .execute();
  expect(events.map(({ type }) => type)).toEqual(["execution.started", "execution.taken_over"]);
  expect(events[1]?.data_json).toContain(parts.nodeId);
  expect((events[1]?.created_at ?? 0) - (events[0]?.created_at ?? 0)).toBeLessThanOrEqual(10_000);
  await runner.stop();
  here.freezeProcess(10_000);
  await here.advance(1000);
  finish("too late");
  await killed;
  await store.close();
});

test("right before an effect the lease has 5 seconds left, by the clock that moved more", async () => {
  for (const stop of ["freezeProcess", "sleepMachine", "jumpMonotonic"] as const) {
    const pay = createStepTool("pay");
    const { bench, here, there, openOther } = await openTwo(
      { effect: "read", run: () => "seen" },
      { replies: callOnce({ name: "act", args: {} }, { name: "pay", args: {} }) },
    );
    const late = await bench.openSecond({ tools: [...bench.parts.tools, pay] });
    bench.writeHand("actor", {
      ...modelHand("actor", ["act"]),
      "HAND.toml":
        '[hand]\nname = "actor"\n[tools]\nrequired = ["act", "pay"]\n[approval_gates]\npay = { description = "Pay" }\n',
    });
    const id = await late.runner.trigger("actor");
    await late.runner.runHere(id);
    const [approval] = await bench.approvals("pending");
    await bench.approve(approval?.id ?? "");
    // While the claim of this process commits, it stands still; meanwhile another one takes over.
    const { store } = await openOther();
    there.freezeProcess(9000);
    const other = await bench.openSecond({ store, clock: there, tools: [...bench.parts.tools, pay] });
    let takeover: Promise<unknown> | undefined;
    const frozen = await bench.openSecond({
      tools: [...bench.parts.tools, pay],
      // Asked for between the claim and whatever comes of it.
      readSecrets: () => {
        here[stop](9000);
        takeover = other.runner.runHere(id);
        return {};
      },
      store: interceptStore(bench.store, async () => void (await takeover)),
    });
    await frozen.runner.runHere(id);
    expect(takeover).toBeDefined();
    expect(pay.calls).toHaveLength(1);
    expect((await bench.runner.getExecution(id)).outcome).toBe("success");
    await store.close();
  }
});

test("a call that its process left under way runs again under its key where that is safe, and is asked about where it is not", async () => {
  for (const { effect, idempotent } of [
    { effect: "read", idempotent: false },
    { effect: "write", idempotent: true },
    { effect: "destructive", idempotent: true },
    { effect: "write", idempotent: false },
    { effect: "destructive", idempotent: false },
  ] as const) {
    const started = createStarted();
    let finish: (value: unknown) => void = () => {};
    const { bench, here, there, act, openOther } = await openTwo({
      effect,
      idempotent,
      run: (_args, _context, callNumber) => {
        if (callNumber > 1) return "again";
        started.resolve();
        return new Promise((resolve) => (finish = resolve));
      },
    });
    const id = await bench.runner.trigger("actor");
    const frozen = bench.runner.runHere(id);
    await started.promise;
    there.freezeProcess(9000);
    const { runner, store } = await openOther();
    const after = await runner.runHere(id);
    const isSafe = effect === "read" || idempotent;
    expect(after).toMatchObject(isSafe ? { outcome: "success" } : { status: "waiting", reason: "unknown" });
    expect(act.calls.map((call) => call.key)).toEqual(Array(isSafe ? 2 : 1).fill(`${id}:step:1`));
    here.freezeProcess(9000);
    finish("late");
    await frozen;
    await store.close();
  }
});

test("three leases lost with nothing done between them end it as crashed", async () => {
  const { bench, there, act, openOther } = await openTwo({ effect: "read" });
  const id = await bench.runner.trigger("actor", { trigger: "schedule" });
  const { runner, store } = await openOther();
  // As processes leave it that die right after their claim.
  for (const lost of [0, 1, 2]) {
    await store.transaction((transaction) =>
      transaction.db
        .updateTable("hand_executions")
        .set({
          status: "running",
          fence: lost + 1,
          lost_leases: lost,
          lease_owner: "dead",
          lease_until: transaction.nowMs - 1,
        })
        .where("id", "=", id)
        .execute(),
    );
  }
  const ended = await runner.runHere(id);
  expect(ended).toMatchObject({ status: "ended", outcome: "failure", error_code: "crashed" });
  expect(act.calls).toEqual([]);
  expect(there.timerCount).toBeGreaterThanOrEqual(0);
  await store.close();
});

test("a lease is renewed for as long as a call takes, and nobody else takes the execution", async () => {
  const started = createStarted();
  let finish: (value: unknown) => void = () => {};
  const { bench, here, there, act, openOther } = await openTwo({
    run: () => {
      started.resolve();
      return new Promise((resolve) => (finish = resolve));
    },
  });
  const id = await bench.runner.trigger("actor");
  const running = bench.runner.runHere(id);
  await started.promise;
  const { runner, store } = await openOther();
  await runner.start();
  for (let second = 0; second < 20; second += 1) {
    await here.advance(1000);
    await there.advance(1000);
  }
  finish("done");
  expect(await running).toMatchObject({ outcome: "success", fence: 1 });
  expect(act.calls).toHaveLength(1);
  await runner.stop();
  await store.close();
});

test("a script's step that was interrupted is unknown where it writes, and runs again where it reads", async () => {
  for (const effect of ["write", "read"]) {
    const { bench, here, there, openOther } = await openTwo({});
    const marker = `${bench.dir}/began`;
    bench.writeHand(
      "stepper",
      scriptHand(
        "stepper",
        `const { appendFileSync, readFileSync } = await import("node:fs");
         return await hand.step("work", async () => {
           appendFileSync(${JSON.stringify(marker)}, "x");
           if (readFileSync(${JSON.stringify(marker)}, "utf8") === "x") await new Promise((resolve) => setTimeout(resolve, 1500));
           return "worked";
         }, { effect: "${effect}" });`,
      ),
    );
    const id = await bench.runner.trigger("stepper");
    const frozen = bench.runner.runHere(id);
    await expect.poll(async () => (await bench.steps(id)).length, { interval: 10 }).toBe(1);
    there.freezeProcess(9000);
    const { runner, store } = await openOther();
    const after = await runner.runHere(id);
    expect(after).toMatchObject(
      effect === "read"
        ? { outcome: "success", output: "worked" }
        : { status: "waiting", reason: "unknown", outcome: "approval_pending" },
    );
    here.freezeProcess(9000);
    await frozen;
    await store.close();
  }
});

test("what a dead process ran goes on though the clock was set back since, and its record never runs backwards", async () => {
  const started = createStarted();
  const { bench, here, openOther } = await openTwo({
    effect: "read",
    run: (_args, _context, callNumber) => {
      if (callNumber > 1) return "by the other";
      started.resolve();
      return new Promise(() => {});
    },
  });
  here.jumpWall(30 * 3_600_000);
  const id = await bench.runner.trigger("actor");
  void bench.runner.runHere(id);
  await started.promise;
  // The other's wall never went ahead: for it, the lease ends in 30 hours.
  const { runner } = await openOther();
  const ended = await runner.runHere(id);
  expect(ended).toMatchObject({ outcome: "success", output: '"by the other"', fence: 2 });
  expect(ended.started_at).toBeGreaterThanOrEqual(ended.created_at);
  expect(ended.completed_at).toBeGreaterThanOrEqual(ended.started_at ?? Number.POSITIVE_INFINITY);
  for (const step of await bench.steps(id)) {
    expect(step.completed_at).toBeGreaterThanOrEqual(step.started_at ?? Number.POSITIVE_INFINITY);
  }
  await here.advance(2000);
});
