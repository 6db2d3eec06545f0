import { expect, test } from "vitest";
import type { ScriptedReply } from "../../src/models/index.ts";
import { findHandState } from "../../src/store/index.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, modelHand, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

async function answer(reply: ScriptedReply, more = "") {
  const bench = await openRunnerBench({ replies: () => reply });
  bench.writeHand("thinker", modelHand("thinker", [], `[output]\nfile_drop = "out"\n${more}`));
  await bench.addState("thinker");
  const ended = await bench.run("thinker");
  return { bench, ended, deliveries: await bench.deliveries(ended.id) };
}

test.each([
  ["as it is", '{"a": [1, 2]}'],
  ["in a fence", '```json\n{"a": [1, 2]}\n```'],
  ["in a fence that names no language", '\n```\n{"a":[1,2]}\n```\n'],
])("declared JSON (%s) is delivered as JSON and nothing else", async (_how, text) => {
  const { ended, deliveries } = await answer({ text }, 'format = "json"\n');
  expect(ended.outcome).toBe("success");
  expect(JSON.parse(ended.output)).toEqual({ a: [1, 2] });
  expect(deliveries).toMatchObject([{ format: "json", payload: ended.output, status: "delivered" }]);
});

test.each(["I would answer with JSON here.", '{"a": 1', 'Here it is: {"a": 1}'])(
  "declared JSON that is none (%s) is a failure that shows its beginning, and delivers nothing",
  async (text) => {
    const { ended, deliveries } = await answer({ text }, 'format = "json"\n');
    expect(ended).toMatchObject({ outcome: "failure", error_code: "invalid_output", output: text });
    expect(ended.error).toContain(JSON.stringify(text.slice(0, 5)).slice(0, -1));
    expect(deliveries).toEqual([]);
  },
);

test.each(["", "  \n "])(
  "an empty answer is a success with nothing to report, and delivers nothing",
  async (text) => {
    const { ended, deliveries } = await answer({ text });
    expect(ended).toMatchObject({ outcome: "success", output: "", error: null });
    expect(deliveries).toEqual([]);
  },
);

test.each([
  ["length", "limit_reached"],
  ["content_filter", "model_failed"],
  ["error", "model_failed"],
] as const)(
  "Success counted whatever happened: an answer that was cut off (%s) is a failure",
  async (finishReason, code) => {
    const { bench, ended, deliveries } = await answer({ text: "The first half of", finishReason });
    expect(ended).toMatchObject({ outcome: "failure", error_code: code });
    expect(deliveries).toEqual([]);
    expect(await findHandState(bench.store, "thinker")).toMatchObject({
      success_count: 0,
      failure_count: 1,
      status: "error",
    });
  },
);

test("a model that only talks has its words as output, with no call recorded that it did not make", async () => {
  const text = 'I will now call look({"url": "x"}).';
  const look = createStepTool("look", { effect: "read" });
  const bench = await openRunnerBench({ extraTools: [look], replies: [{ text }] });
  bench.writeHand("thinker", modelHand("thinker", ["look"]));
  const ended = await bench.run("thinker");
  expect(ended).toMatchObject({ outcome: "success", output: text, step_count: 1 });
  expect((await bench.steps(ended.id)).map((step) => step.kind)).toEqual(["model"]);
});

test("a model that fails is a failure with its own words", async () => {
  const { ended } = await answer({ failure: { reason: "quota", message: "nothing left to spend" } });
  expect(ended).toMatchObject({ outcome: "failure", error_code: "model_failed" });
  expect(ended.error).toContain("nothing left to spend");
});

test("Error text never cleared: a success after a failure clears it, and both are counted once", async () => {
  const bench = await openRunnerBench({ replies: [{ failure: { reason: "quota" } }, { text: "well" }] });
  bench.writeHand("thinker", modelHand("thinker", []));
  await bench.addState("thinker");
  await bench.run("thinker");
  expect((await findHandState(bench.store, "thinker"))?.error_message).toContain("scripted");
  await bench.run("thinker");
  expect(await findHandState(bench.store, "thinker")).toMatchObject({
    run_count: 2,
    success_count: 1,
    failure_count: 1,
    error_message: null,
    status: "idle",
  });
});

test("duration always zero: an execution knows when it began and ended, and how long it worked", async () => {
  const slow = createStepTool("slow", {
    effect: "read",
    run: () => new Promise((resolve) => setTimeout(resolve, 60)),
  });
  const bench = await openRunnerBench({ extraTools: [slow], replies: callOnce({ name: "slow", args: {} }) });
  bench.writeHand("thinker", modelHand("thinker", ["slow"]));
  const ended = await bench.run("thinker");
  expect(ended.active_ms).toBeGreaterThanOrEqual(50);
  expect((ended.completed_at ?? 0) - (ended.started_at ?? 0)).toBeGreaterThanOrEqual(50);
  const step = (await bench.steps(ended.id)).find((row) => row.name === "slow");
  expect((step?.completed_at ?? 0) - (step?.started_at ?? 0)).toBeGreaterThanOrEqual(50);
});

test("a script's value that is no text is delivered as JSON", async () => {
  const bench = await openRunnerBench();
  bench.writeHand(
    "scribe",
    scriptHand("scribe", "return { n: 1, list: [new Date(0)] };", { more: '[output]\nformat = "json"\n' }),
  );
  expect(JSON.parse((await bench.run("scribe")).output)).toEqual({
    n: 1,
    list: ["1970-01-01T00:00:00.000Z"],
  });
});

test("a hand is never started from a chain that contains it, nor from one of five: that is a skipped row with its reason", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("scribe", scriptHand("scribe", "return 1;"));
  for (const [chain, reason] of [
    [["scout", "scribe"], "chain_cycle"],
    [["a", "b", "c", "d", "e"], "chain_too_deep"],
  ] as const) {
    const id = await bench.store.transaction((transaction) =>
      bench.runner.startExecution(transaction, {
        handName: "scribe",
        trigger: "event",
        chain,
        eventId: reason,
      }),
    );
    expect(await bench.runner.getExecution(id ?? "")).toMatchObject({
      outcome: "skipped",
      reason,
      started_at: null,
    });
  }
});

test("one event, one fire: the second execution for the same one is none", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("scribe", scriptHand("scribe", "return 1;"));
  const start = (more: object) =>
    bench.store.transaction((transaction) =>
      bench.runner.startExecution(transaction, { handName: "scribe", trigger: "event", ...more }),
    );
  expect(await start({ eventId: "e1" })).not.toBeNull();
  expect(await start({ eventId: "e1" })).toBeNull();
  expect(await start({ trigger: "schedule", scheduledFor: 1000 })).not.toBeNull();
  expect(await start({ trigger: "schedule", scheduledFor: 1000 })).toBeNull();
});

test("an output that no face could show whole is a failure that says how large it is", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("large", {
    "HAND.toml": '[hand]\nname = "large"\ntrigger = "manual"\n',
    "hand.ts": 'export default async () => "x".repeat(4_000_000);\n',
  });
  const ended = await bench.run("large");
  expect(ended).toMatchObject({
    outcome: "failure",
    error: expect.stringContaining("4000002 bytes of JSON"),
  });
  expect(ended.output).toMatch(/^x{1000}/);
  expect(ended.output?.length).toBeLessThan(1_000_000);
});
