import { readFile } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import type { RunnerBenchOptions } from "../support/runner-bench.ts";
import { manifest, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";
import { openRecordingBench } from "./recording-bench.ts";

// Each test starts workers and databases several times, which takes a busy machine a while.
vi.setConfig({ testTimeout: 120_000 });

const GATE = '[tools]\nrequired = ["look", "pay"]\n[approval_gates]\npay = { description = "Pay" }\n';
const BODY =
  'const seen = await hand.tool("look", { at: 1 }); await hand.tool("pay", { amount: 5 }); return "saw " + seen;';

/** A hand that looks and pays, recorded with a human's approval. */
async function recordPayer(options: RunnerBenchOptions = {}) {
  const look = createStepTool("look", { effect: "read", run: () => "it" });
  const pay = createStepTool("pay");
  const bench = await openRecordingBench({ extraTools: [look, pay], ...options });
  bench.writeHand("payer", scriptHand("payer", BODY, { more: GATE }));
  await bench.run("payer");
  const { id } = await bench.decideNext("approve");
  await bench.record(id);
  return { bench, pay };
}

const CHANGES = [
  {
    change: "other arguments",
    body: BODY.replace("amount: 5", "amount: 6"),
    first: { step: 1, what: "arguments", expected: { amount: 5 }, got: { amount: 6 } },
  },
  {
    change: "one call more",
    body: BODY.replace("return", 'await hand.tool("look", { at: 2 }); return'),
    first: { step: 2, what: "step", expected: null, got: { name: "look" } },
  },
  {
    change: "one call less",
    body: BODY.replace('await hand.tool("pay", { amount: 5 });', ""),
    first: { step: 1, what: "step", expected: { name: "pay" }, got: null },
  },
  {
    change: "another call in its place",
    body: BODY.replace(
      'hand.tool("look", { at: 1 })',
      'hand.step("look", () => "it", { effect: "read" })',
    ).replace('"look", ()', '"peek", ()'),
    first: { step: 0, what: "step", message: "peek is made in the place of look" },
  },
  { change: "another output", body: BODY.replace("saw ", "found "), first: { step: null, what: "output" } },
  { change: "an exception", body: `throw new Error("broken");`, first: { step: 0, what: "step" } },
];

test("a hand fails its test when its script changes what it calls, with what, or what it says; the first step is named", async () => {
  const { bench, pay } = await recordPayer();
  for (const { change, body, first } of CHANGES) {
    bench.writeHand("payer", scriptHand("payer", body, { more: GATE }));
    const [result] = await bench.test("payer");
    expect(result?.hasPassed, change).toBe(false);
    expect(result?.differences[0], change).toMatchObject({ ...first, isFailure: true });
  }
  expect(pay.calls).toHaveLength(1);
});

test.each([
  {
    change: "no longer asks",
    more: GATE.replace("[approval", 'unattended = ["pay"]\n[approval').replace("pay = {", "other = {"),
    gate: null,
  },
  {
    change: "approves by itself",
    more: GATE.replace('"Pay"', '"Pay", auto_approve_after = 60'),
    gate: { autoApproveAfterMs: 60_000 },
  },
])("a gate that $change fails the test", async ({ more, gate }) => {
  const { bench } = await recordPayer();
  bench.writeHand("payer", scriptHand("payer", BODY, { more }));
  const [result] = await bench.test("payer");
  expect(result).toMatchObject({ hasPassed: false });
  expect(result?.differences[0]).toMatchObject({ step: 1, what: "gate", got: gate });
});

test("a gate that asks where none did stops the run there, and is not opened", async () => {
  const { bench, pay } = await recordPayer();
  bench.writeHand("payer", scriptHand("payer", BODY, { more: `${GATE}look = { description = "Look" }\n` }));
  const [result] = await bench.test("payer", { update: true });
  expect(result).toMatchObject({ hasPassed: false, isUpdated: false, needsRecording: true });
  expect(result?.differences[0]).toMatchObject({ step: 0, what: "gate", expected: null });
  expect(pay.calls).toHaveLength(1);
});

test("a change that is meant is taken over where every call has its recorded result", async () => {
  const { bench } = await recordPayer();
  bench.writeHand("payer", scriptHand("payer", BODY.replace("saw ", "found "), { more: GATE }));
  expect(await bench.test("payer", { update: true })).toMatchObject([{ isUpdated: true, hasPassed: true }]);
  expect(await bench.test("payer")).toMatchObject([{ hasPassed: true, differences: [] }]);
  expect(await readFile(`${bench.dir}/hands/payer/.recordings/first.json`, "utf8")).toContain('"found it"');
});

test("a prompt that reads otherwise is told and fails nothing: its recorded replies are used", async () => {
  const look = createStepTool("look", { effect: "read", run: () => "it" });
  const bench = await openRecordingBench({
    extraTools: [look],
    replies: [{ toolCalls: [{ name: "look", args: {} }] }, { text: "done" }],
  });
  const files = { "HAND.toml": manifest("thinker", '[tools]\nrequired = ["look"]'), "SYSTEM.md": "Think." };
  bench.writeHand("thinker", files);
  await bench.record((await bench.run("thinker")).id);
  expect(await bench.test("thinker")).toMatchObject([{ hasPassed: true, differences: [] }]);
  bench.writeHand("thinker", { "SYSTEM.md": "Think harder." });
  const [result] = await bench.test("thinker");
  expect(result?.hasPassed).toBe(true);
  expect(result?.differences.map(({ step, what, isFailure }) => [step, what, isFailure])).toEqual([
    [0, "prompt", false],
    [2, "prompt", false],
  ]);
  expect(result?.differences[0]?.message).toContain("the system prompt changed");
});

test("recordings do not change a hand's version, and hold no secret", async () => {
  const look = createStepTool("look", { effect: "read", run: () => "token canary-4711" });
  const { createRedactor } = await import("../../src/core/index.ts");
  const bench = await openRecordingBench({ extraTools: [look], redactor: createRedactor(["canary-4711"]) });
  bench.writeHand("looker", scriptHand("looker", 'return await hand.tool("look");', { tools: ["look"] }));
  const first = await bench.run("looker");
  const { replay } = await bench.record(first.id);
  expect(replay.differences).toEqual([]);
  expect((await bench.run("looker")).version_hash).toBe(first.version_hash);
  expect(await readFile(`${bench.dir}/hands/looker/.recordings/first.json`, "utf8")).not.toContain(
    "canary-4711",
  );
});

test("a file that is no recording is refused with what to do", async () => {
  const { bench } = await recordPayer();
  bench.writeHand("payer", { ".recordings/odd.json": '{"format":"hands-recording/9"}' });
  await expect(bench.test("payer")).rejects.toThrow(/odd\.json is no recording of this version: format/);
});
