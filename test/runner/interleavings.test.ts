import { expect, test } from "vitest";
import { interceptStore } from "../support/intercepted-store.ts";
import type { RunnerBench } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, manifest, modelHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";
import { describeEachStore } from "../support/stores.ts";

const GATED_HAND = {
  "HAND.toml": manifest(
    "payer",
    '[tools]\nrequired = ["pay", "look"]\n[approval_gates]\npay = { description = "Pay" }\n',
  ),
  "SYSTEM.md": "You pay.",
};

/** What one execution asks: tests of one file share a database. */
async function pendingOf(bench: RunnerBench, executionId: string) {
  return (await bench.approvals("pending")).filter((row) => row.execution_id === executionId);
}

describeEachStore("between two transactions of the runner", (openStore) => {
  /** Runs a gated call with `meddle` between two transactions, and gives how many there were until it waited. */
  async function runWith(
    meddle: (transactionNumber: number, bench: RunnerBench, id: string) => Promise<void>,
  ) {
    const pay = createStepTool("pay", { run: () => "paid" });
    const look = createStepTool("look", { effect: "read", run: () => "seen" });
    const store = await openStore();
    const bench = await openRunnerBench({
      store,
      extraTools: [pay, look],
      replies: callOnce({ name: "pay", args: { n: 1 } }, { name: "look", args: {} }),
    });
    bench.writeHand("payer", GATED_HAND);
    await bench.addState("payer");
    let count = 0;
    const intercepted = interceptStore(store, async (transactionNumber) => {
      count = transactionNumber;
      await meddle(transactionNumber, bench, id);
    });
    const { runner } = await bench.openSecond({ store: intercepted });
    const id = await bench.runner.trigger("payer");
    await runner.runHere(id);
    return { bench, pay, id, count };
  }

  test("a decision that lands anywhere, while the runner parks too, is neither lost nor used twice", async () => {
    const { count } = await runWith(async () => {});
    expect(count).toBeGreaterThan(3);
    let landed = 0;
    for (let place = 1; place <= count; place += 1) {
      const { bench, pay, id } = await runWith(async (transactionNumber, meddled, executionId) => {
        if (transactionNumber !== place) return;
        const [approval] = await pendingOf(meddled, executionId);
        if (approval === undefined) return;
        landed += 1;
        expect(await meddled.approve(approval.id)).toMatchObject({ won: true });
      });
      if ((await pendingOf(bench, id)).length > 0) continue;
      const after = await bench.runner.getExecution(id);
      // Either the runner saw the decision, or it had parked and the decision put the execution back into the queue.
      if (after.status !== "ended") {
        expect(after.status).toBe("queued");
        await bench.runner.runHere(id);
      }
      expect(await bench.runner.getExecution(id)).toMatchObject({
        outcome: "success",
        output: '"paid"\n"seen"',
      });
      expect(pay.calls).toHaveLength(1);
    }
    expect(landed).toBeGreaterThan(0);
  });

  test("a rejection that lands anywhere is told to the model, and the call never runs", async () => {
    const { count } = await runWith(async () => {});
    for (let place = count; place > 1; place -= 1) {
      let hasLanded = false;
      const { bench, pay, id } = await runWith(async (transactionNumber, meddled, executionId) => {
        if (transactionNumber !== place) return;
        const [approval] = await pendingOf(meddled, executionId);
        if (approval === undefined) return;
        hasLanded = (await meddled.reject(approval.id, "no money")).won;
      });
      if (!hasLanded) break;
      await bench.runner.runHere(id);
      const ended = await bench.runner.getExecution(id);
      expect(ended.outcome).toBe("success");
      expect(ended.output).toContain("no money");
      expect(pay.calls).toEqual([]);
    }
  });

  test("a cancellation that lands anywhere ends it, and leaves nothing to decide", async () => {
    const { count } = await runWith(async () => {});
    for (let place = 1; place <= count; place += 1) {
      const { bench, pay, id } = await runWith(async (transactionNumber, { runner }, executionId) => {
        if (transactionNumber === place) await runner.cancel(executionId, "ann");
      });
      expect(await bench.runner.getExecution(id)).toMatchObject({ status: "ended", outcome: "cancelled" });
      expect(await pendingOf(bench, id)).toEqual([]);
      expect(pay.calls).toEqual([]);
      expect(await bench.runner.cancel(id, "bob")).toBe(false);
    }
  });

  test("a process that dies between two transactions leaves an execution that another one ends, with the effect made once or asked about", async () => {
    const run = async (dieAt: number) => {
      const act = createStepTool("act", { run: () => "acted" });
      const store = await openStore();
      const bench = await openRunnerBench({
        store,
        extraTools: [act],
        replies: callOnce({ name: "act", args: { n: 1 } }),
      });
      bench.writeHand("actor", modelHand("actor", ["act"]));
      await bench.addState("actor");
      let count = 0;
      const dying = interceptStore(store, (transactionNumber) => {
        count = transactionNumber;
        if (transactionNumber >= dieAt) throw new Error("the process is dead");
      });
      const { runner } = await bench.openSecond({ store: dying });
      const id = await bench.runner.trigger("actor");
      await runner.runHere(id).catch(() => {});
      return { act, bench, store, id, count };
    };
    const { count } = await run(Number.POSITIVE_INFINITY);
    const endings: string[] = [];
    for (let dieAt = 1; dieAt <= count; dieAt += 1) {
      const { act, bench, store, id } = await run(dieAt);
      await store.transaction(async (transaction) => {
        await transaction.db
          .updateTable("hand_executions")
          .set({ lease_until: transaction.nowMs - 1 })
          .where("status", "=", "running")
          .execute();
      });
      const after = await bench.runner.runHere(id);
      endings.push(after.status === "ended" ? String(after.outcome) : String(after.reason));
      if (after.reason === "unknown") {
        expect(await pendingOf(bench, id)).toMatchObject([{ kind: "unknown", tool: "act" }]);
        expect(act.calls.length).toBeLessThanOrEqual(1);
      } else {
        expect(after.outcome).toBe("success");
        expect(act.calls).toHaveLength(1);
      }
    }
    expect(endings).toContain("unknown");
    expect(endings[0]).toBe("success");
  });

  test("of two processes that claim one idle hand, exactly one runs", async () => {
    for (const isTwoFires of [false, true]) {
      const look = createStepTool("look", {
        effect: "read",
        run: () => new Promise((resolve) => setTimeout(() => resolve("seen"), 60)),
      });
      const store = await openStore();
      const bench = await openRunnerBench({
        store,
        extraTools: [look],
        replies: callOnce({ name: "look", args: {} }),
      });
      bench.writeHand("looker", modelHand("looker", ["look"]));
      await bench.addState("looker");
      const other = await openStore();
      const second = await bench.openSecond({ store: other });
      const fire = () => bench.runner.trigger("looker", { trigger: "schedule" });
      const one = await fire();
      const two = isTwoFires ? await fire() : one;
      await Promise.all([bench.runner.runHere(one), second.runner.runHere(two)]);
      expect(look.calls).toHaveLength(1);
      const outcomes = (await bench.executions("looker"))
        .slice(0, isTwoFires ? 2 : 1)
        .map((row) => row.outcome);
      expect(outcomes.toSorted()).toEqual(isTwoFires ? ["skipped", "success"] : ["success"]);
    }
  });

  test("of two processes that are told of the same decision, one goes on with it", async () => {
    const { bench, pay, id } = await runWith(async () => {});
    const second = await bench.openSecond({ store: await openStore() });
    const [approval] = await pendingOf(bench, id);
    await bench.approve(approval?.id ?? "");
    await Promise.all([bench.runner.runHere(id), second.runner.runHere(id)]);
    expect(await bench.runner.getExecution(id)).toMatchObject({ outcome: "success", attempt: 2 });
    expect(pay.calls).toHaveLength(1);
  });
});

test("a write that meets another process's waits for it, and nothing is lost", async () => {
  const look = createStepTool("look", { effect: "read", run: () => "seen" });
  const bench = await openRunnerBench({ extraTools: [look], replies: callOnce({ name: "look", args: {} }) });
  bench.writeHand("looker", modelHand("looker", ["look"]));
  const { default: Database } = await import("better-sqlite3");
  const other = new Database(bench.db);
  const id = await bench.runner.trigger("looker");
  other.exec("BEGIN IMMEDIATE; INSERT INTO runtime_state VALUES ('x', '1', 0);");
  const running = bench.runner.runHere(id);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(look.calls).toEqual([]);
  other.exec("COMMIT");
  other.close();
  expect(await running).toMatchObject({ outcome: "success", output: '"seen"' });
});

test.each(["model", "script"])(
  "a decision that lands while a %s brain takes in another one is seen at once, not when a slow sibling has ended",
  async (brain) => {
    let finish: (value: unknown) => void = () => {};
    const slow = createStepTool("slow", {
      effect: "read",
      run: () => new Promise((resolve) => (finish = resolve)),
    });
    const pay = createStepTool("pay");
    const bench = await openRunnerBench({
      extraTools: [slow, pay],
      replies: callOnce(
        { name: "slow", args: {} },
        { name: "pay", args: { n: 1 } },
        { name: "pay", args: { n: 2 } },
      ),
    });
    bench.writeHand("payer", {
      "HAND.toml": manifest(
        "payer",
        '[tools]\nrequired = ["pay", "slow"]\n[approval_gates]\npay = { description = "Pay" }\n',
      ),
      ...(brain === "model"
        ? { "SYSTEM.md": "You pay." }
        : {
            "hand.ts": `export default (hand) => Promise.all([hand.tool("slow"), ...[1, 2].map((n) => hand.tool("pay", { n }).catch(() => {}))]);`,
          }),
    });
    let second: string | undefined;
    const store = interceptStore(bench.store, async () => {
      const approvalId = second;
      second = undefined;
      if (approvalId !== undefined) await bench.approve(approvalId);
    });
    const { runner } = await bench.openSecond({ store });
    const id = await bench.runner.trigger("payer");
    const running = runner.runHere(id);
    await expect.poll(() => slow.calls.length).toBe(1);
    await expect.poll(async () => (await bench.approvals("pending")).length).toBe(2);
    const [one, two] = await bench.approvals("pending");
    // The runner writes down that it saw the rejection; right before that the other decision lands.
    second = two?.id;
    await bench.reject(one?.id ?? "");
    await expect.poll(() => pay.calls.length).toBe(1);
    finish("at last");
    expect((await running).outcome).toBe("success");
  },
);
