import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { RunnerBench } from "../support/runner-bench.ts";
import { countingTool, openRunnerBench } from "../support/runner-bench.ts";

const GATED = `
[hand]
name = "payer"
description = "Pays"

[approval_gates]
pay = { description = "Pay an invoice" }
`;

const PAY_SCRIPT = `
export default async function (hand) {
  const paid = await hand.tool("pay", { amount: 5 });
  return "paid " + paid.counted;
}
`;

function effects(bench: RunnerBench, name: string): string[] {
  const file = path.join(bench.dir, "data", "workspaces", name, "effects.log");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

test("a script runs to its end and leaves its output", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("hello", {
    "HAND.toml":
      '[hand]\nname = "hello"\ndescription = "Says hello"\n[tools]\nrequired = ["memory_set", "memory_get"]\n',
    "hand.ts": `
import type { HandContext } from "hands";
export default async function (hand: HandContext) {
  await hand.tool("memory_set", { key: "seen", value: 3 });
  const seen = await hand.tool("memory_get", { key: "seen" });
  return "seen " + JSON.stringify(seen) + " for " + JSON.stringify(hand.input);
}`,
  });
  const ended = await bench.run("hello", { input: { who: "you" } });
  expect(ended).toMatchObject({ status: "ended", outcome: "success", error: null, attempt: 1 });
  expect(ended.output).toContain('for {"who":"you"}');
  const steps = await bench.steps(ended.id);
  expect(steps.map((step) => [step.kind, step.name, step.status])).toEqual([
    ["tool", "memory_set", "done"],
    ["tool", "memory_get", "done"],
  ]);
});

test("a gated call of a script waits for a human, runs once after the yes, and its effect is there once", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("payer", {
    "HAND.toml": GATED,
    "hand.ts": PAY_SCRIPT,
    "tools/pay.ts": countingTool({ name: "pay" }),
  });
  const waiting = await bench.run("payer");
  expect(waiting).toMatchObject({
    status: "waiting",
    reason: "approval",
    outcome: "approval_pending",
    lease_owner: null,
  });
  expect(effects(bench, "payer")).toEqual([]);
  const [approval] = await bench.approvals("pending");
  expect(approval).toMatchObject({
    action: "pay",
    tool: "pay",
    effect: "destructive",
    gates_json: '["pay"]',
  });
  expect(waiting.approval_id).toBe(approval?.id);
  expect((await bench.approve(approval?.id ?? "")).won).toBe(true);
  const ended = await bench.runner.continueAfterApproval(approval?.id ?? "");
  expect(ended).toMatchObject({ status: "ended", outcome: "success", output: "paid 5", attempt: 2 });
  expect(effects(bench, "payer")).toEqual([`${waiting.id}:step:0 5`]);
});

test("a rejected call never runs, its reason reaches the script, and the same call is refused unasked", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("payer", {
    "HAND.toml": GATED,
    "hand.ts": `
export default async function (hand) {
  const said = [];
  for (const amount of [5, 5, 6]) {
    try { await hand.tool("pay", { amount }); } catch (error) { said.push(error.code + ": " + error.message); }
  }
  return said.join("\\n");
}`,
    "tools/pay.ts": countingTool({ name: "pay" }),
  });
  await bench.run("payer");
  const [first] = await bench.approvals("pending");
  await bench.reject(first?.id ?? "", "not this month");
  const waiting = await bench.runner.continueAfterApproval(first?.id ?? "");
  expect(waiting?.status).toBe("waiting");
  const open = await bench.approvals("pending");
  expect(open.map((row) => row.args_json)).toEqual(['{"amount":6}']);
  await bench.reject(open[0]?.id ?? "");
  const ended = await bench.runner.continueAfterApproval(open[0]?.id ?? "");
  expect(ended?.outcome).toBe("success");
  expect(ended?.output).toContain("not this month");
  expect(ended?.output.split("\n")[1]).toContain("was rejected before");
  expect(effects(bench, "payer")).toEqual([]);
});

test("a model's gated call waits beside its ungated sibling, which runs at once, and the model is asked again only with both results", async () => {
  const bench = await openRunnerBench({
    replies: (request) =>
      request.messages.length === 1
        ? {
            toolCalls: [
              { name: "pay", args: { amount: 7 } },
              { name: "memory_set", args: { key: "noted", value: true } },
            ],
          }
        : { text: `done: ${JSON.stringify(request.messages.at(-1))}` },
  });
  bench.writeHand("payer", {
    "HAND.toml": `${GATED}\n[tools]\nrequired = ["memory_set"]\n`,
    "SYSTEM.md": "You pay.",
    "tools/pay.ts": countingTool({ name: "pay" }),
  });
  const waiting = await bench.run("payer");
  expect(waiting).toMatchObject({ status: "waiting", reason: "approval" });
  expect((await bench.steps(waiting.id)).map((step) => [step.name, step.status])).toEqual([
    ["scripted/model", "done"],
    ["pay", "awaiting"],
    ["memory_set", "done"],
  ]);
  const [approval] = await bench.approvals("pending");
  await bench.approve(approval?.id ?? "", { decision: { kind: "approve", args: { amount: 3 } } });
  const ended = await bench.runner.continueAfterApproval(approval?.id ?? "");
  expect(ended).toMatchObject({ status: "ended", outcome: "success" });
  expect(ended?.output).toContain('"counted":3');
  expect(effects(bench, "payer")).toEqual([`${waiting.id}:step:1 3`]);
});

test("without a model a run fails, saying how to configure one, and is never a success", async () => {
  const { createModelProvider } = await import("../../src/models/index.ts");
  const { systemClock } = await import("../../src/core/index.ts");
  const models = createModelProvider({
    settings: { name: null, baseUrl: null, apiKey: null },
    environment: {},
    clock: systemClock,
  });
  const bench = await openRunnerBench({ models });
  bench.writeHand("thinker", {
    "HAND.toml": '[hand]\nname = "thinker"\ndescription = "Thinks"\n',
    "SYSTEM.md": "Think.",
  });
  const ended = await bench.run("thinker");
  expect(ended).toMatchObject({ status: "ended", outcome: "failure", error_code: "model_not_configured" });
});
