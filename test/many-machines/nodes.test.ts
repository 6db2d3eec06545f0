import { hostname } from "node:os";
import { expect, test } from "vitest";
import { readNodes } from "../../src/runtime/index.ts";
import { createServer } from "../../src/server/index.ts";
import { listApprovals, listSteps } from "../../src/store/index.ts";
import { manifest, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";
import { hurriedClock, openDatabase, SOON, startNode } from "./node-bench.ts";

const PAYER = {
  "HAND.toml": manifest(
    "payer",
    '[approval_gates]\npay = { description = "Pay" }\n[tools]\nrequired = ["pay"]',
  ),
  "hand.ts": "export default async (hand) => hand.tool('pay', {});\n",
};

test("an execution goes on, on the version that it began with, on a node that does not have its hand; both are seen, and how they differ", async () => {
  const db = await openDatabase();
  const pay = createStepTool("pay", { effect: "destructive", run: () => "paid" });
  const first = await startNode(db, {
    hands: { payer: PAYER, same: scriptHand("same", "return 1;") },
    tools: [pay],
    roles: { scheduler: false },
  });
  const id = await first.runtime.runner.trigger("payer");
  await expect.poll(() => listApprovals(first.runtime.store, { limit: 1 }), SOON).toHaveLength(1);
  // What a node has is told after its start is over; one that stops before has told nothing.
  await expect
    .poll(async () => (await readNodes(first.runtime.store)).map(({ handsVersion }) => handsVersion), SOON)
    .not.toContain(null);
  await first.stop();
  const second = await startNode(db, {
    hands: { same: scriptHand("same", "return 2;"), own: scriptHand("own", "return 3;") },
    tools: [pay],
  });
  const third = await startNode(db, { hands: { same: scriptHand("same", "return 2;") }, tools: [pay] });
  const { store, runner } = third.runtime;
  const [approval] = await listApprovals(store, { limit: 1 });
  const decided = { approvalId: approval?.id ?? "", decision: { kind: "approve" as const }, by: "ann" };
  await runner.decide({ ...decided, via: "cli", note: null });
  await expect.poll(async () => (await runner.getExecution(id)).outcome, SOON).toBe("success");
  const steps = await listSteps(store, id);
  expect([second.runtime.nodeId, third.runtime.nodeId]).toContain(steps.at(-1)?.node_id);
  expect(pay.calls).toHaveLength(1);

  await expect
    .poll(
      async () => (await readNodes(store)).filter(({ handsVersion }) => handsVersion !== null).length,
      SOON,
    )
    .toBe(3);
  const nodes = new Map((await readNodes(store)).map((node) => [node.id, node]));
  expect(nodes.get(first.runtime.nodeId)).toMatchObject({
    state: "stopped",
    roles: ["worker"],
    hostName: hostname(),
    pid: process.pid,
    stoppedAt: expect.any(String),
  });
  expect(nodes.get(third.runtime.nodeId)).toMatchObject({
    state: "alive",
    roles: ["scheduler", "worker"],
    handsDifferences: [],
    isOtherVersion: false,
    maxActive: 10,
  });
  // Of two that differ, the newer one counts as usual.
  expect(nodes.get(second.runtime.nodeId)?.handsDifferences).toEqual([{ handName: "own", kind: "extra" }]);
});

test("a node that sees a newer schema takes no more work, and says so wherever one looks", async () => {
  const db = await openDatabase();
  const said: string[] = [];
  const old = await startNode(db, {
    hands: { same: scriptHand("same", "return 1;") },
    clock: hurriedClock,
    logger: { debug() {}, info() {}, warn() {}, error: (message) => void said.push(message) },
  });
  const { store, runner } = old.runtime;
  const server = createServer({ runtime: old.runtime, operatorName: "ann", environment: {} });
  const readiness = async () => (await server.request("http://127.0.0.1/readyz")).status;
  expect(await readiness()).toBe(200);
  await store.transaction(async ({ db: tables, nowMs }) => {
    await tables
      .withTables<{ schema_migrations: { number: number; name: string; applied_at: number } }>()
      .insertInto("schema_migrations")
      .values({ number: 9999, name: "of a newer version", applied_at: nowMs })
      .execute();
  });
  await expect.poll(() => old.runtime.isOutdated, SOON).toBe(true);
  expect(said.join()).toContain("this process takes no more work");
  expect(await readiness()).toBe(503);
  expect(await readNodes(store)).toMatchObject([{ state: "outdated", id: old.runtime.nodeId }]);
  // It stands down and goes on answering: what is started here waits for a newer process.
  await expect.poll(() => runner.running, SOON).toEqual([]);
  const id = await runner.trigger("same");
  // Three of its sweeps.
  await new Promise((resolve) => setTimeout(resolve, 350));
  expect(await runner.getExecution(id)).toMatchObject({ status: "queued", fence: 0 });
  await server.stop();
  await expect(startNode(db)).rejects.toMatchObject({ code: "store_too_new" });
});
