import { statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { HandLookup } from "../../src/runner/index.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { manifest, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

const PAY_GATE = '[tools]\nrequired = ["pay"]\n[approval_gates]\npay = { description = "Pay" }\n';
const PAY_BODY = 'await hand.tool("pay", { n: 1 }); return "old words";';

async function openWaiting(more: Parameters<typeof openRunnerBench>[0] = {}) {
  const pay = createStepTool("pay");
  const bench = await openRunnerBench({ extraTools: [pay], ...more });
  bench.writeHand("payer", scriptHand("payer", PAY_BODY, { more: PAY_GATE }));
  const waiting = await bench.run("payer");
  expect(waiting.status).toBe("waiting");
  return { bench, pay, waiting };
}

test("a folder that is edited while an execution of it waits: that one ends on the version it started, the next one has the new", async () => {
  const { bench, waiting } = await openWaiting();
  bench.writeHand("payer", scriptHand("payer", 'return "new words";', { more: PAY_GATE }));
  const ended = await bench.decideNext("approve");
  expect(ended).toMatchObject({ id: waiting.id, output: "old words", version_hash: waiting.version_hash });
  const next = await bench.run("payer");
  expect(next.output).toBe("new words");
  expect(next.version_hash).not.toBe(waiting.version_hash);
  const versions = path.join(bench.dir, "data", "versions");
  const unpacked = path.join(versions, String(next.version_hash));
  const modes = [versions, unpacked, path.join(unpacked, "HAND.toml")].map(
    (place) => statSync(place).mode & 0o777,
  );
  expect(modes, "for their owner alone").toEqual([0o700, 0o700, 0o600]);
});

test("a gate that was added meanwhile asks anew, before the approved call runs", async () => {
  const { bench, pay, waiting } = await openWaiting();
  const gates = `${PAY_GATE}second = { description = "Really?", tools = ["pay"] }\n`;
  bench.writeHand("payer", scriptHand("payer", PAY_BODY, { more: gates }));
  const again = await bench.decideNext("approve");
  expect(again).toMatchObject({ id: waiting.id, status: "waiting", reason: "approval" });
  expect(pay.calls).toEqual([]);
  const [approval] = await bench.approvals("pending");
  expect(JSON.parse(approval?.gates_json ?? "")).toEqual(["pay", "second"]);
  expect(JSON.parse(approval?.context_json ?? "")).toMatchObject({ askedAgainBecause: ["gates"] });
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success" });
  expect(pay.calls).toHaveLength(1);
});

test("a gate that was removed meanwhile covers the execution that began under it all the same", async () => {
  const pay = createStepTool("pay");
  const bench = await openRunnerBench({ extraTools: [pay] });
  const body = 'await hand.approve("pay", "begin?"); await hand.tool("pay", { n: 1 }); return "paid";';
  bench.writeHand("payer", scriptHand("payer", body, { more: PAY_GATE }));
  await bench.run("payer");
  bench.writeHand("payer", scriptHand("payer", body, { tools: ["pay"] }));
  expect(await bench.decideNext("approve")).toMatchObject({ status: "waiting" });
  expect(pay.calls).toEqual([]);
});

test("A rejected tool ran elsewhere: here an operator's new deny rule refuses what was approved before it", async () => {
  const { bench, pay, waiting } = await openWaiting();
  const [approval] = await bench.approvals("pending");
  await bench.approve(approval?.id ?? "");
  const second = await bench.openSecond({
    policy: { deny: ["pay"], allowsAutoApprove: true, approvers: [] },
  });
  const ended = await second.runner.runHere(waiting.id);
  expect(ended).toMatchObject({ outcome: "failure", error_code: "denied" });
  expect(pay.calls).toEqual([]);
});

test("a tool of the folder that changed meanwhile does not matter to the execution that waits, one from outside asks anew", async () => {
  const folderTool = (words: string) => `
import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "pay", description: "Pays", effect: "destructive", input: z.object({ n: z.number() }),
  execute: () => ${JSON.stringify(words)},
});`;
  const bench = await openRunnerBench();
  const files = {
    "HAND.toml": manifest("payer", '[approval_gates]\npay = { description = "Pay" }\n'),
    "hand.ts": 'export default async (hand) => await hand.tool("pay", { n: 1 });',
  };
  bench.writeHand("payer", { ...files, "tools/pay.ts": folderTool("old") });
  await bench.run("payer");
  bench.writeHand("payer", { "tools/pay.ts": folderTool("new") });
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success", output: "old" });

  const { bench: other, pay, waiting } = await openWaiting();
  const changed = { ...pay, descriptor: { ...pay.descriptor, version: "another" } };
  const [approval] = await other.approvals("pending");
  await other.approve(approval?.id ?? "");
  const second = await other.openSecond({ tools: [changed] });
  expect(await second.runner.runHere(waiting.id)).toMatchObject({ status: "waiting", reason: "approval" });
  expect(pay.calls).toEqual([]);
});

test("A deleted or edited one kept running: here a removed or broken hand's executions wait, visibly, until it is back", async () => {
  const { bench, waiting } = await openWaiting();
  await bench.addState("payer");
  bench.removeHand("payer");
  expect(await bench.decideNext("approve")).toMatchObject({ status: "queued", reason: "hand_missing" });
  bench.writeHand("payer", { "HAND.toml": "[hand\n" });
  expect(await bench.runner.runHere(waiting.id)).toMatchObject({ status: "queued", reason: "hand_broken" });
  bench.writeHand("payer", scriptHand("payer", PAY_BODY, { more: PAY_GATE }));
  expect(await bench.runner.runHere(waiting.id)).toMatchObject({ outcome: "success" });
});

test("an unknown hand 'triggered' successfully: here each reason why one cannot run is an error of its own", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("off", {
    ...scriptHand("off", "return 1;"),
    "HAND.toml": manifest("off", "enabled = false"),
  });
  bench.writeHand("bad", { "HAND.toml": "[hand\n" });
  await expect(bench.runner.trigger("nobody")).rejects.toMatchObject({ code: "hand_not_found" });
  await expect(bench.runner.trigger("off")).rejects.toMatchObject({ code: "hand_disabled" });
  await expect(bench.runner.trigger("bad")).rejects.toMatchObject({ code: "hand_broken" });
  expect(await bench.executions()).toEqual([]);
});

test("a process with another hands folder leaves fresh executions alone, and goes on with a decided one from its stored version", async () => {
  const { bench, pay, waiting } = await openWaiting();
  const hand = (await bench.parts.hands.lookUp("payer")) as Extract<HandLookup, { kind: "ready" }>;
  const elsewhere = { lookUp: async (): Promise<HandLookup> => ({ kind: "elsewhere", hand: hand.hand }) };
  const second = await bench.openSecond({ hands: elsewhere, dataDir: `${bench.dir}/other-data` });
  const fresh = await bench.runner.trigger("payer", { trigger: "schedule" });
  expect(await second.runner.runHere(fresh)).toMatchObject({ status: "queued", reason: null, fence: 0 });
  const [approval] = await bench.approvals("pending");
  await bench.approve(approval?.id ?? "");
  expect(await second.runner.runHere(waiting.id)).toMatchObject({ outcome: "success", output: "old words" });
  expect(pay.calls).toHaveLength(1);
});

test("a required tool that is missing fails the execution, and says which", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("lacking", scriptHand("lacking", "return 1;", { tools: ["teleport"] }));
  const ended = await bench.run("lacking");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "tool_not_found" });
  expect(ended.error).toContain("teleport");
});
