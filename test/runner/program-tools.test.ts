import { expect, test } from "vitest";
import type { OutgoingNotice } from "../../src/channels/index.ts";
import { createChannelSet } from "../../src/channels/index.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { manifest, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

const START = { tools: ["execute_hand"] };

test("execute_hand starts another hand once, with its input, below the hand that started it", async () => {
  const bench = await openRunnerBench();
  bench.writeHand(
    "lead",
    scriptHand("lead", 'return await hand.tool("execute_hand", { hand: "scout", input: { n: 1 } });', START),
  );
  bench.writeHand("scout", scriptHand("scout", 'return "got " + hand.input.input.n;'));
  const ended = await bench.run("lead");
  const [started] = await bench.executions("scout");
  expect(JSON.parse(ended.output)).toEqual({ hand: "scout", executionId: started?.id });
  expect(started).toMatchObject({ trigger: "event", chain_json: '["lead"]', is_untrusted: 0 });
  expect(await bench.runner.runHere(started?.id ?? "")).toMatchObject({ output: "got 1" });
});

test("execute_hand starts no hand that led to it, none that is not there, and none six deep", async () => {
  const bench = await openRunnerBench();
  const start = (name: string) => `return await hand.tool("execute_hand", { hand: "${name}" });`;
  bench.writeHand("self", scriptHand("self", start("self"), START));
  expect((await bench.run("self")).error).toContain(
    "self is not started: it is among the hands that led here",
  );
  bench.writeHand("lost", scriptHand("lost", start("nobody"), START));
  expect((await bench.run("lost")).error).toContain("nobody is not started: there is no such hand");
  for (let depth = 1; depth <= 6; depth += 1) {
    bench.writeHand(`h${depth}`, scriptHand(`h${depth}`, start(`h${depth + 1}`), START));
  }
  await bench.run("h1");
  for (let depth = 2; depth <= 5; depth += 1) {
    const [row] = await bench.executions(`h${depth}`);
    const ended = await bench.runner.runHere(row?.id ?? "");
    if (depth < 5) expect(ended.outcome).toBe("success");
    else expect(ended.error).toContain("5 hands led here already (h1 > h2 > h3 > h4 > h5)");
  }
  expect(await bench.executions("h6")).toEqual([]);
});

test("what a hand of an untrusted execution starts is untrusted from its start", async () => {
  const browse = createStepTool("browse", { effect: "read", untrusted: true });
  const bench = await openRunnerBench({ extraTools: [browse] });
  const body = 'await hand.tool("browse"); await hand.tool("execute_hand", { hand: "scout" });';
  bench.writeHand("lead", scriptHand("lead", body, { tools: ["execute_hand", "browse"] }));
  bench.writeHand("scout", scriptHand("scout", "return 1;"));
  await bench.run("lead");
  expect(await bench.executions("scout")).toMatchObject([{ is_untrusted: 1 }]);
});

test("notify speaks through the hand's own channels, behind a broadcast gate", async () => {
  const notices: OutgoingNotice[] = [];
  const channel = {
    name: "news",
    destination: "news://first",
    deliver: async () => null,
    notify: async (notice: OutgoingNotice) => void notices.push(notice),
  };
  const bench = await openRunnerBench({
    channels: createChannelSet([channel, { ...channel, name: "other" }]),
  });
  const body = 'return await hand.tool("notify", { text: "disk is full" });';
  bench.writeHand("teller", {
    ...scriptHand("teller", body),
    "HAND.toml": manifest(
      "teller",
      '[tools]\nrequired = ["notify"]\n[output]\nchannel = "news"\n[approval_gates]\npost = { action = "broadcast", description = "Post" }\n',
    ),
  });
  expect(await bench.run("teller")).toMatchObject({ status: "waiting", reason: "approval" });
  expect(await bench.approvals("pending")).toMatchObject([{ tool: "notify", action: "broadcast" }]);
  expect(notices).toEqual([]);
  await bench.decideNext("approve");
  expect(notices).toMatchObject([{ kind: "message", title: "teller says", text: "disk is full" }]);
  bench.writeHand(
    "loud",
    scriptHand("loud", 'await hand.tool("notify", { text: "x", channel: "other" });', {
      tools: ["notify"],
      more: '[output]\nchannel = "news"\n',
    }),
  );
  expect((await bench.run("loud")).error).toContain("no channel of this hand's output");
});

test("a hand's own tool with the name of another is refused, whether the hand names the other or not", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("hider", {
    ...scriptHand("hider", 'return await hand.tool("shell");'),
    "tools/shell.ts":
      'import { z } from "zod";\nexport default { name: "shell", description: "Mine", effect: "read", input: z.object({}), execute: () => "hidden" };\n',
  });
  const ended = await bench.run("hider");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "hand_broken" });
  expect(ended.error).toContain("has a tool shell of its own or the project's");
});
