import { expect, test } from "vitest";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, modelHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

test("a queued execution is cancelled where it is, and cancelling it again changes nothing", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("idler", modelHand("idler", []));
  await bench.addState("idler");
  const id = await bench.runner.trigger("idler");
  expect(await bench.runner.cancel(id, "ann")).toBe(true);
  const cancelled = await bench.runner.getExecution(id);
  expect(cancelled).toMatchObject({ outcome: "cancelled", error: "cancelled by ann", started_at: null });
  expect(await bench.runner.cancel(id, "bob")).toBe(false);
  expect(await bench.runner.runHere(id)).toEqual(cancelled);
  await expect(bench.runner.cancel("nobody", "ann")).rejects.toMatchObject({ code: "execution_not_found" });
});

test("a waiting execution is cancelled with what it asks, and a late yes runs nothing", async () => {
  const pay = createStepTool("pay");
  const bench = await openRunnerBench({ extraTools: [pay], replies: callOnce({ name: "pay", args: {} }) });
  bench.writeHand("payer", {
    "HAND.toml": '[hand]\nname = "payer"\n[tools]\nrequired = ["pay"]\n',
    "SYSTEM.md": "Pay.",
  });
  const waiting = await bench.run("payer");
  const [approval] = await bench.approvals("pending");
  expect(await bench.runner.cancel(waiting.id, "ann")).toBe(true);
  expect(await bench.approve(approval?.id ?? "")).toMatchObject({ won: false, status: "cancelled" });
  expect(await bench.runner.getExecution(waiting.id)).toMatchObject({ outcome: "cancelled" });
  expect(pay.calls).toEqual([]);
});

test("a model call that hangs is left when somebody cancels", async () => {
  const bench = await openRunnerBench({ replies: () => ({ hang: true }) });
  bench.writeHand("thinker", modelHand("thinker", []));
  const id = await bench.runner.trigger("thinker");
  const running = bench.runner.runHere(id);
  await expect.poll(() => bench.model.requests.length, { interval: 5 }).toBe(1);
  expect(await bench.runner.cancel(id, "ann")).toBe(true);
  expect(await running).toMatchObject({ status: "ended", outcome: "cancelled" });
});

test.each(["destructive", "write", "read"] as const)(
  "cancelled within a %s call: what may have happened is unknown, and the execution is cancelled at once",
  async (effect) => {
    const started = Promise.withResolvers<void>();
    const act = createStepTool("act", {
      effect,
      run: () => {
        started.resolve();
        return new Promise(() => {});
      },
    });
    const bench = await openRunnerBench({ extraTools: [act], replies: callOnce({ name: "act", args: {} }) });
    bench.writeHand("actor", modelHand("actor", ["act"]));
    const id = await bench.runner.trigger("actor");
    const running = bench.runner.runHere(id);
    await started.promise;
    await bench.runner.cancel(id, "ann");
    expect(await running).toMatchObject({ outcome: "cancelled" });
    const step = (await bench.steps(id)).find((row) => row.name === "act");
    expect(step?.status).toBe(effect === "read" ? "failed" : "unknown");
    expect(await bench.approvals("pending")).toEqual([]);
    expect((await bench.runner.listEffects(id)).length).toBe(effect === "read" ? 0 : 1);
  },
);

test("a process that has the execution hears of a cancellation by another one", async () => {
  const { openStore } = await import("../../src/store/index.ts");
  const { silentLogger, systemClock } = await import("../../src/core/index.ts");
  const bench = await openRunnerBench({ replies: () => ({ hang: true }) });
  bench.writeHand("thinker", modelHand("thinker", []));
  const id = await bench.runner.trigger("thinker");
  const running = bench.runner.runHere(id);
  await expect.poll(() => bench.model.requests.length, { interval: 5 }).toBe(1);
  const store = await openStore({ db: bench.db, clock: systemClock, logger: silentLogger });
  const second = await bench.openSecond({ store });
  await second.runner.cancel(id, "bob");
  expect(await running).toMatchObject({ outcome: "cancelled", error: "cancelled by bob" });
  await store.close();
});

test("what a dead process left under way is closed when its cancelled execution is taken over", async () => {
  const act = createStepTool("act");
  const bench = await openRunnerBench({ extraTools: [act], replies: callOnce({ name: "act", args: {} }) });
  bench.writeHand("actor", modelHand("actor", ["act"]));
  const id = await bench.runner.trigger("actor");
  const started = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  const hanging = createStepTool("act", {
    run: () => {
      started.resolve();
      return finished.promise;
    },
  });
  const dying = await bench.openSecond({
    tools: [hanging],
    // Its clock never moves: it renews no lease.
    clock: { ...bench.parts.clock, setTimer: () => ({ cancel() {} }) },
  });
  const dead = dying.runner.runHere(id);
  await started.promise;
  await bench.store.transaction((transaction) =>
    transaction.db
      .updateTable("hand_executions")
      .set({ lease_until: 1, cancel_requested_at: 1, cancel_requested_by: "ann" })
      .execute(),
  );
  expect(await bench.runner.runHere(id)).toMatchObject({ outcome: "cancelled" });
  expect((await bench.steps(id)).find((row) => row.name === "act")).toMatchObject({ status: "unknown" });
  expect(act.calls).toEqual([]);
  finished.resolve();
  await dead;
  expect((await bench.steps(id)).find((row) => row.name === "act")).toMatchObject({ status: "unknown" });
});
