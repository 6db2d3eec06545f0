import { expect, test } from "vitest";
import { z } from "zod";
import { readReplyCalls } from "../../src/store/index.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { manifest } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

const LOOK = { name: "look", args: { place: "x".repeat(100) } };
const PAY = { name: "pay", args: { n: 1 } };

test("arguments that nobody can change any more are kept once, with their call, and the model is shown what it wrote", async () => {
  const look = createStepTool("look", { effect: "read", input: z.object({ place: z.string() }) });
  const bench = await openRunnerBench({
    extraTools: [look, createStepTool("pay")],
    replies: ({ messages }) =>
      messages.some(({ role }) => role === "tool") ? { text: "done" } : { toolCalls: [LOOK, PAY] },
  });
  bench.writeHand("payer", {
    "HAND.toml": manifest(
      "payer",
      '[tools]\nrequired = ["look", "pay"]\n[approval_gates]\npay = { description = "Pay" }\n',
    ),
    "SYSTEM.md": "You pay.",
  });
  const waiting = await bench.run("payer");
  const [request] = await bench.approvals("pending");
  await bench.runner.decide({
    approvalId: request?.id ?? "",
    decision: { kind: "approve", args: { n: 2 } },
    by: "ann",
    via: "test",
    note: null,
  });
  expect((await bench.runner.runHere(waiting.id)).outcome).toBe("success");

  const steps = await bench.steps(waiting.id);
  const kept = JSON.parse(steps[0]?.result_json ?? "{}").toolCalls;
  expect(kept).toEqual([
    { callId: expect.any(String), name: "look" },
    { callId: expect.any(String), name: "pay", args: { n: 1 } },
  ]);
  expect(steps.map(({ args_json }) => args_json)).toContain(JSON.stringify({ n: 2 }));

  const shown = bench.model.requests.at(-1)?.messages.find(({ role }) => role === "assistant");
  expect(shown).toMatchObject({
    toolCalls: [
      { ...LOOK, rawArgs: JSON.stringify(LOOK.args) },
      { ...PAY, rawArgs: JSON.stringify(PAY.args) },
    ],
  });
});

test("a reply that was written down with all its arguments reads as it did", () => {
  const calls = [
    { callId: "a", name: "look", args: { place: "here" }, rawArgs: '{ "place": "here" }' },
    { callId: "b", name: "look", args: null, rawArgs: "{ not json" },
  ];
  expect(readReplyCalls(calls, [{ call_id: "a", args_json: '{"place":"there"}' }])).toEqual(calls);
});
