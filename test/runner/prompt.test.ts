import { expect, test } from "vitest";
import { z } from "zod";
import { createFakeClock } from "../support/fake-clock.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { manifest } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

const FILES = {
  "HAND.toml": manifest(
    "oracle",
    '[tools]\nrequired = ["look", "pay"]\n[approval_gates]\npay = { description = "Pay" }\n[parameters]\nlookback_hours = 12\ncoins = ["btc", "eth"]\n',
  ),
  "SYSTEM.md": "You are the oracle.\n",
  "skills/b-second.md": "The second skill.",
  "skills/a-first.md": "The first skill.",
  "skills/charts/SKILL.md":
    "---\nname: charts\ndescription: How to read charts\n---\nRead them from left to right.",
  "skills/charts/legend.md": "Green is up.",
};

test("the prompt has the words of the hand, its parameters, its skills in their order, and the packaged ones by name", async () => {
  const look = createStepTool("look", {
    effect: "read",
    input: z.object({ url: z.string().describe("Where to look") }),
  });
  const bench = await openRunnerBench({
    extraTools: [look, createStepTool("pay")],
    replies: [{ text: "seen" }],
  });
  bench.writeHand("oracle", FILES);
  await bench.run("oracle", { input: { question: "up?" }, parameters: { lookback_hours: 6 } });
  const [request] = bench.model.requests;
  const system = request?.system ?? "";
  const places = [
    "You are the oracle.",
    "lookback_hours: 6",
    'coins: ["btc","eth"]',
    "The first skill.",
    "The second skill.",
    "charts: How to read charts",
    "Markdown",
  ].map((text) => system.indexOf(text));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((left, right) => left - right));
  expect(system).not.toContain("from left to right");
  expect(request?.messages).toEqual([{ role: "user", text: expect.stringContaining('"question": "up?"') }]);
  expect(request?.tools.map((tool) => tool.name).toSorted()).toEqual(["look", "pay", "read_skill"]);
  expect(request?.tools.find((tool) => tool.name === "look")?.inputSchema).toMatchObject({
    type: "object",
    properties: { url: { type: "string", description: "Where to look" } },
    required: ["url"],
  });
});

test("a packaged skill is read on demand, with its files, and nothing beside them", async () => {
  const bench = await openRunnerBench({
    extraTools: [createStepTool("look"), createStepTool("pay")],
    replies: (request) => {
      const last = request.messages.at(-1);
      if (last?.role === "tool")
        return { text: last.results.map((result) => JSON.stringify(result.result)).join("\n") };
      return {
        toolCalls: [
          { name: "read_skill", args: { name: "charts" } },
          { name: "read_skill", args: { name: "charts", file: "legend.md" } },
          { name: "read_skill", args: { name: "charts", file: "../../HAND.toml" } },
          { name: "read_skill", args: { name: "chartz" } },
        ],
      };
    },
  });
  bench.writeHand("oracle", FILES);
  const [body, file, outside, unknown] = (await bench.run("oracle")).output.split("\n");
  expect(body).toContain("from left to right");
  expect(file).toContain("Green is up.");
  expect(outside).toContain("path_outside");
  expect(unknown).toContain("its skills are");
});

test("without SYSTEM.md the prompt is made of name, description and tools", async () => {
  const bench = await openRunnerBench({ extraTools: [createStepTool("look")], replies: [{ text: "x" }] });
  bench.writeHand("plain", { "HAND.toml": manifest("plain", '[tools]\nrequired = ["look"]\n') });
  await bench.run("plain");
  const system = bench.model.requests[0]?.system ?? "";
  for (const text of ["You are plain", "Does plain", "look: Does look"]) expect(system).toContain(text);
});

test("Steps run again on resume: here what the model is shown after a restart is what it was shown before, byte for byte", async () => {
  const conversation = async (isInterrupted: boolean) => {
    const bench = await openRunnerBench({
      clock: createFakeClock(),
      extraTools: [
        createStepTool("look", { effect: "read", run: () => ({ b: 1, a: "ü" }) }),
        createStepTool("pay", { run: () => "paid" }),
      ],
      replies: (_request, callNumber) =>
        callNumber === 1
          ? {
              text: "first",
              toolCalls: [
                { name: "look", args: { z: 1, a: 2 } },
                { name: "pay", args: { n: 5 } },
                { name: "nope", args: {} },
              ],
            }
          : callNumber === 2
            ? { toolCalls: [{ name: "look", args: {} }] }
            : { text: "done" },
    });
    bench.writeHand("oracle", FILES);
    const waiting = await bench.run("oracle", { input: { n: 1 } });
    const [approval] = await bench.approvals("pending");
    await bench.approve(approval?.id ?? "");
    const runner = isInterrupted
      ? (await bench.openSecond({ dataDir: `${bench.dir}/other-machine` })).runner
      : bench.runner;
    expect(await runner.runHere(waiting.id)).toMatchObject({ outcome: "success", output: "done" });
    return bench.model.requests;
  };
  const alone = await conversation(false);
  const resumed = await conversation(true);
  expect(alone).toHaveLength(3);
  expect(JSON.stringify(resumed)).toBe(JSON.stringify(alone));
  const [, second, third] = resumed;
  expect(JSON.stringify(third?.messages.slice(0, second?.messages.length))).toBe(
    JSON.stringify(second?.messages),
  );
  expect(third?.system).toBe(second?.system);
});

test("each question shows the turns before it as the very same messages: a long execution makes each of them once", async () => {
  const look = createStepTool("look", { effect: "read", input: z.object({ n: z.number() }) });
  const turns = 4;
  const bench = await openRunnerBench({
    extraTools: [look],
    replies: (_request, call) =>
      call <= turns
        ? {
            toolCalls: [
              { name: "look", args: { n: call } },
              { name: "look", args: { n: -call } },
            ],
          }
        : { text: "seen" },
  });
  bench.writeHand("viewer", {
    "HAND.toml": manifest("viewer", '[tools]\nrequired = ["look"]\n'),
    "SYSTEM.md": "Look.",
  });
  expect(await bench.run("viewer")).toMatchObject({ outcome: "success" });
  const { requests } = bench.model;
  expect(requests.map(({ messages }) => messages.length)).toEqual([1, 3, 5, 7, 9]);
  const last = requests.at(-1)?.messages.slice(1, -2) ?? [];
  const before = requests.at(-2)?.messages.slice(1) ?? [];
  expect(last.length).toBe(6);
  for (const [place, message] of last.entries()) expect(message).toBe(before[place]);
});
