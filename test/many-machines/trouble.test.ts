import { expect, onTestFinished, test } from "vitest";
import { createDeferred, silentLogger, systemClock } from "../../src/core/index.ts";
import { findHandState, listApprovals, openStore } from "../../src/store/index.ts";
import { startCuttingProxy } from "../store/cutting-proxy.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, manifest, modelHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";
import { hurriedClock, openDatabase, SOON, startNode } from "./node-bench.ts";

const HOUR_MS = 3_600_000;

const script = (body: string, more = "") => ({
  "HAND.toml": manifest("worker", `[tools]\nrequired = ["work"]\n${more}`),
  "hand.ts": `export default async (hand) => { ${body} };\n`,
});

test("while the database is away nothing is claimed and nothing is lost; when it is back, work goes on where it was", async () => {
  const db = await openDatabase();
  const proxy = await startCuttingProxy(db);
  onTestFinished(() => proxy.close());
  const begun = createDeferred();
  const finish = createDeferred<string>();
  const work = createStepTool("work", {
    effect: "read",
    run: () => {
      begun.resolve();
      return finish.promise;
    },
  });
  const warnings: string[] = [];
  const node = await startNode(proxy.url, {
    hands: { worker: script("return await hand.tool('work', {});", 'unattended = ["work"]') },
    tools: [work],
    roles: { scheduler: false },
    logger: { ...silentLogger, warn: (message) => void warnings.push(message) },
  });
  const { runner } = node.runtime;
  const id = await runner.trigger("worker");
  await begun.promise;
  proxy.cut();
  finish.resolve("done");
  await expect.poll(() => warnings.length, SOON).toBeGreaterThan(0);
  expect(runner.running).toEqual([id]);
  proxy.mend();
  await expect.poll(async () => (await runner.getExecution(id)).status, SOON).toBe("ended");
  expect(await runner.getExecution(id)).toMatchObject({ outcome: "success", output: "done" });
  const next = await runner.trigger("worker");
  await expect.poll(async () => (await runner.getExecution(next)).outcome, SOON).toBe("success");
});

test("a node that stops hands its work over at once: another goes on with it, and no lease has to pass", async () => {
  const db = await openDatabase();
  const begun = createDeferred();
  const finish = createDeferred<string>();
  const work = createStepTool("work", {
    effect: "read",
    run: (_args, _context, callNumber) => {
      begun.resolve();
      return callNumber === 1 ? finish.promise : "more";
    },
  });
  const options = {
    hands: {
      worker: script("await hand.tool('work', {}); return await hand.tool('work', { again: true });"),
    },
    tools: [work],
    roles: { scheduler: false },
  };
  const first = await startNode(db, options);
  const id = await first.runtime.runner.trigger("worker");
  await begun.promise;
  const second = await startNode(db, options);
  const stopping = first.stop();
  finish.resolve("done");
  await stopping;
  const { runner, store } = second.runtime;
  await expect.poll(async () => (await runner.getExecution(id)).outcome, SOON).toBe("success");
  expect(work.calls).toHaveLength(2);
  const events = await store.db
    .selectFrom("events")
    .select("type")
    .where("execution_id", "=", id)
    .where("type", "in", ["execution.resumed", "execution.taken_over"])
    .execute();
  expect(events).toEqual([{ type: "execution.resumed" }]);
});

test("a machine whose clock is an hour ahead takes nobody's work, expires nothing and fires nothing early", async () => {
  const db = await openDatabase();
  const begun = createDeferred();
  const finish = createDeferred<string>();
  const work = createStepTool("work", {
    effect: "destructive",
    run: () => {
      begun.resolve();
      return finish.promise;
    },
  });
  const asks = {
    "HAND.toml": manifest(
      "asker",
      'schedule = { interval = 600 }\n[tools]\nrequired = ["work"]\n[approval_gates]\nwork = { description = "Work", expires_after = 1800 }',
    ),
    "hand.ts": "export default async (hand) => hand.tool('work', {});\n",
  };
  const hands = {
    worker: script("return await hand.tool('work', {});", 'unattended = ["work"]'),
    asker: asks,
  };
  const ahead = { ...hurriedClock, now: () => systemClock.now() + HOUR_MS };
  const right = await startNode(db, { hands, tools: [work], roles: { scheduler: false } });
  const running = await right.runtime.runner.trigger("worker");
  await begun.promise;
  const asking = await right.runtime.runner.trigger("asker");
  const { store, runner } = right.runtime;
  await expect.poll(async () => (await runner.getExecution(asking)).status, SOON).toBe("waiting");
  const wrong = await startNode(db, { hands, tools: [work], clock: ahead });
  // Some of its sweeps.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(Math.abs(wrong.runtime.store.nowMs() - store.nowMs())).toBeLessThan(60_000);
  expect(await runner.getExecution(running)).toMatchObject({
    status: "running",
    fence: 1,
    lease_owner: right.runtime.nodeId,
  });
  expect(await listApprovals(store, { limit: 10 })).toMatchObject([{ status: "pending" }]);
  const state = await findHandState(store, "asker");
  expect(state?.next_run_at).toBeLessThanOrEqual(store.nowMs() + 600_000);
  expect(state?.next_run_at).toBeGreaterThan(store.nowMs());
  expect(await runner.getExecution(asking)).toMatchObject({ trigger: "manual", status: "waiting" });
  finish.resolve("done");
  await expect.poll(async () => (await runner.getExecution(running)).outcome, SOON).toBe("success");
  expect(work.calls).toHaveLength(1);
});

test("two resumed executions of a hand that has no state yet are not run at once by two processes", async () => {
  const db = await openDatabase();
  const open = async () => {
    const store = await openStore({ db, clock: systemClock, logger: silentLogger });
    onTestFinished(() => store.close());
    return store;
  };
  let activeCount = 0;
  let mostActive = 0;
  const work = createStepTool("work", {
    effect: "read",
    run: async () => {
      activeCount += 1;
      mostActive = Math.max(mostActive, activeCount);
      await systemClock.sleep(300);
      activeCount -= 1;
      return "done";
    },
  });
  const bench = await openRunnerBench({
    store: await open(),
    extraTools: [work],
    replies: callOnce({ name: "work", args: {} }),
  });
  bench.writeHand("worker", modelHand("worker", ["work"]));
  const second = await bench.openSecond({ store: await open() });
  const start = () => bench.runner.trigger("worker", { trigger: "event" });
  const ids = [await start(), await start()];
  await bench.store.transaction(({ db: tables }) =>
    tables.updateTable("hand_executions").set({ fence: 1 }).where("id", "in", ids).execute(),
  );
  const [one = "", other = ""] = ids;
  await Promise.all([bench.runner.runHere(one), second.runner.runHere(other)]);
  for (const id of ids) await bench.runner.runHere(id);
  expect(mostActive).toBe(1);
  expect((await bench.executions()).map(({ outcome }) => outcome)).toEqual(["success", "success"]);
});
