import { expect, test } from "vitest";
import { openRunnerBench } from "../support/runner-bench.ts";
import { modelHand, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

const look = () => createStepTool("look", { effect: "read", run: () => "seen" });

const DESCRIBED = [
  '{"name": "look", "arguments": {"at": 1}}',
  'I will look now.\n```json\n{"tool": "look", "args": {}}\n```',
  '<tool_call>\n{"name": "look", "parameters": {}}\n</tool_call>',
  '[{"type":"function","function":{"name":"look","arguments":"{}"}}]',
];

test("a model that describes a call instead of making it is told so once, and can still make it", async () => {
  for (const text of DESCRIBED) {
    const tool = look();
    const bench = await openRunnerBench({
      extraTools: [tool],
      replies: [{ text }, { toolCalls: [{ name: "look", args: {} }] }, { text: "It is there." }],
    });
    bench.writeHand("looker", modelHand("looker", ["look"]));
    expect(await bench.run("looker"), text).toMatchObject({ outcome: "success", output: "It is there." });
    expect(tool.calls).toHaveLength(1);
    expect(bench.model.requests[1]?.messages.at(-1)).toMatchObject({
      role: "user",
      text: expect.stringContaining("Nothing was executed"),
    });
  }
});

test("one that goes on describing calls fails, and nothing was executed", async () => {
  const tool = look();
  const bench = await openRunnerBench({ extraTools: [tool], replies: () => ({ text: DESCRIBED[0] ?? "" }) });
  bench.writeHand("looker", modelHand("looker", ["look"]));
  const ended = await bench.run("looker");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "model_failed" });
  expect(ended.error).toContain("describes a call of look as text");
  expect(bench.model.requests).toHaveLength(2);
  expect(tool.calls).toEqual([]);
});

test("words about tools, other JSON and calls of what is no tool are answers like any other", async () => {
  for (const text of [
    "I used look(at=1) and saw nothing.",
    '```json\n{"name": "Ann", "arguments": "none"}\n```',
    '{"name": "look"}',
    'The tool "look" takes {"at": 1}.',
  ]) {
    const bench = await openRunnerBench({ extraTools: [look()], replies: [{ text }] });
    bench.writeHand("looker", modelHand("looker", ["look"]));
    expect(await bench.run("looker"), text).toMatchObject({ outcome: "success", output: text });
  }
});

test("where a hand requires a tool, an answer without any call is corrected once and then a failure", async () => {
  const bench = await openRunnerBench({
    extraTools: [look()],
    replies: (_request, count) =>
      count === 2 ? { toolCalls: [{ name: "look", args: {} }] } : { text: "done" },
  });
  bench.writeHand("looker", modelHand("looker", ["look"], "[model]\nrequires_tool = true\n"));
  expect(await bench.run("looker")).toMatchObject({ outcome: "success", step_count: 4 });
  const lazy = await openRunnerBench({ extraTools: [look()], replies: () => ({ text: "done" }) });
  lazy.writeHand("looker", modelHand("looker", ["look"], "[model]\nrequires_tool = true\n"));
  const ended = await lazy.run("looker");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "model_failed" });
  expect(ended.error).toContain("without calling a tool");
});

const SCHEMA = `[output]
format = "json"
[output.schema]
type = "object"
required = ["score"]
properties = { score = { type = "number" } }
`;

test("an output that does not fit its schema is corrected once, then the failure says what is wrong", async () => {
  const bench = await openRunnerBench({ replies: [{ text: '{"score":"high"}' }, { text: '{"score":3}' }] });
  bench.writeHand("judge", modelHand("judge", [], SCHEMA));
  const ended = await bench.run("judge");
  expect([ended.outcome, JSON.parse(ended.output)]).toEqual(["success", { score: 3 }]);
  expect(bench.model.requests[0]?.system).toContain('"score"');
  expect(JSON.stringify(bench.model.requests[1]?.messages.at(-1))).toContain("score: Invalid input");

  const stubborn = await openRunnerBench({ replies: () => ({ text: "high" }) });
  stubborn.writeHand("judge", modelHand("judge", [], SCHEMA));
  const failed = await stubborn.run("judge");
  expect(failed).toMatchObject({ outcome: "failure", error_code: "invalid_output" });
  expect(stubborn.model.requests).toHaveLength(2);

  const script = await openRunnerBench();
  script.writeHand("judge", scriptHand("judge", "return { score: [] };", { more: SCHEMA }));
  const wrong = await script.run("judge");
  expect(wrong).toMatchObject({ outcome: "failure", error_code: "invalid_output" });
  expect(wrong.error).toContain("score:");
});

test("a schema that stands in a file of the hand's folder holds, and another schema makes another version", async () => {
  const bench = await openRunnerBench({ replies: () => ({ text: '{"score":3}' }) });
  const judge = modelHand("judge", [], '[output]\nformat = "json"\nschema = "answer.json"\n');
  const withType = (type: string) =>
    bench.writeHand("judge", {
      ...judge,
      "answer.json": JSON.stringify({ type: "object", properties: { score: { type } } }),
    });
  withType("number");
  const ended = await bench.run("judge");
  expect([ended.outcome, JSON.parse(ended.output)]).toEqual(["success", { score: 3 }]);
  withType("string");
  const failed = await bench.run("judge");
  expect(failed).toMatchObject({ outcome: "failure", error_code: "invalid_output" });
  expect(failed.version_hash).not.toBe(ended.version_hash);
});
