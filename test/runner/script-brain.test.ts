import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import type { RunnerBench, RunnerBenchOptions } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { manifest, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";

const GATE = '[approval_gates]\npublish = { description = "Publish it", expires_after = 60 }\n';

async function openScript(
  body: string,
  options: Omit<RunnerBenchOptions, "tools"> & Parameters<typeof scriptHand>[2] = {},
) {
  const { tools = [], more = "", ...benchOptions } = options;
  const bench = await openRunnerBench(benchOptions);
  bench.writeHand("scribe", scriptHand("scribe", body, { tools, more }));
  return bench;
}

const ASK_LEAVE = `
const decision = await hand.approve("publish", "Publish the text", { text: "draft" });
return JSON.stringify(decision);`;

test("hand.approve gives what was decided, by whom, with the note and the edited arguments", async () => {
  const bench = await openScript(ASK_LEAVE, { more: GATE });
  const waiting = await bench.run("scribe");
  expect(waiting).toMatchObject({ status: "waiting", reason: "approval" });
  const [approval] = await bench.approvals("pending");
  expect(approval).toMatchObject({
    action: "publish",
    tool: null,
    description: expect.stringContaining("Publish the text"),
  });
  await bench.approve(approval?.id ?? "", {
    note: "shorter",
    decision: { kind: "approve", args: { text: "final" } },
  });
  const ended = await bench.runner.runHere(waiting.id);
  expect(JSON.parse(ended.output)).toEqual({
    approved: true,
    args: { text: "final" },
    note: "shorter",
    decidedBy: "ann",
  });
});

test("a no to hand.approve is an answer with its note, not an error", async () => {
  const bench = await openScript(ASK_LEAVE, { more: GATE });
  await bench.run("scribe");
  const ended = await bench.decideNext("reject", "not today");
  expect(ended.outcome).toBe("success");
  expect(JSON.parse(ended.output)).toMatchObject({ approved: false, note: "not today", decidedBy: "ann" });
});

test("expired requests could be approved: here an expired one is a no, however late the yes", async () => {
  const clock = createFakeClock();
  const bench = await openScript(ASK_LEAVE, { more: GATE, clock });
  const waiting = await bench.run("scribe");
  clock.freezeProcess(61_000);
  const [approval] = await bench.approvals("pending");
  expect(await bench.approve(approval?.id ?? "")).toMatchObject({ won: false, because: "expired" });
  const ended = await bench.runner.runHere(waiting.id);
  expect(JSON.parse(ended.output)).toMatchObject({ approved: false });
});

test("an action named sleep is a request like any other", async () => {
  const bench = await openScript('return (await hand.approve("sleep", "Go to sleep")).approved;', {
    more: '[approval_gates]\nsleep = { description = "Sleep" }\n',
  });
  await bench.run("scribe");
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success", output: "true" });
});

test("a sleeping script holds no lease, is woken by the sweep when its time has come, and goes on where it was", async () => {
  const clock = createFakeClock();
  const look = createStepTool("look", { effect: "read" });
  const bench = await openScript('await hand.tool("look"); await hand.sleep("20s"); return "awake";', {
    clock,
    extraTools: [look],
    tools: ["look"],
  });
  const waiting = await bench.run("scribe");
  expect(waiting).toMatchObject({ status: "waiting", reason: "sleep", outcome: null, lease_owner: null });
  expect(waiting.wake_at).toBe(clock.now() + 20_000);
  await bench.runner.start();
  await clock.advance(19_000);
  expect((await bench.runner.getExecution(waiting.id)).status).toBe("waiting");
  await clock.advance(2000);
  await expect.poll(async () => (await bench.runner.getExecution(waiting.id)).output).toBe("awake");
  expect(look.calls).toHaveLength(1);
});

test("a sleep that races a slow tool ends at its time, not with the tool", async () => {
  let finish: (value: unknown) => void = () => {};
  const slow = createStepTool("slow", {
    effect: "read",
    run: () => new Promise((resolve) => (finish = resolve)),
  });
  const bench = await openScript(
    `const first = await Promise.race([hand.sleep("50ms").then(() => "sleep"), hand.tool("slow").then(() => "tool")]);
     await hand.tool("note", { first });
     return first;`,
    {
      extraTools: [slow, createStepTool("note", { effect: "read", run: () => finish("late") })],
      tools: ["slow", "note"],
    },
  );
  expect(await bench.run("scribe")).toMatchObject({ outcome: "success", output: "sleep" });
});

test("a script that returns nothing succeeds, and nothing is delivered", async () => {
  const bench = await openScript("hand.log.info('looked, saw nothing');", {
    more: '[output]\nfile_drop = "out"\n',
  });
  const ended = await bench.run("scribe");
  expect(ended).toMatchObject({ outcome: "success", output: "", error: null });
  expect(await bench.deliveries(ended.id)).toEqual([]);
});

test("a script that throws fails with its own words and where it was", async () => {
  const bench = await openScript('throw new Error("the moon is missing");');
  const ended = await bench.run("scribe");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "script_failed" });
  expect(ended.error).toContain("the moon is missing");
  expect(ended.error).toContain("hand.ts:2");
});

test("No timeout left it running for ever: a script that loops is ended by its limit", async () => {
  const bench = await openScript("for (;;) {}", { more: '[limits]\ntimeout = "300ms"\n' });
  expect(await bench.run("scribe")).toMatchObject({ outcome: "timeout", error_code: "timeout" });
});

test("a script that waits for nothing that comes is ended by its limit", async () => {
  const bench = await openScript("await new Promise(() => {});", { more: '[limits]\ntimeout = "200ms"\n' });
  expect(await bench.run("scribe")).toMatchObject({ outcome: "timeout" });
});

test("what a script left behind when it returned is finished and recorded before the end", async () => {
  const act = createStepTool("act", {
    run: () => new Promise((resolve) => setTimeout(() => resolve("done"), 50)),
  });
  const bench = await openScript('hand.tool("act", { n: 1 }); return "early";', {
    extraTools: [act],
    tools: ["act"],
  });
  const ended = await bench.run("scribe");
  expect(ended).toMatchObject({ outcome: "success", output: "early" });
  expect(act.calls).toHaveLength(1);
  expect(await bench.steps(ended.id)).toMatchObject([{ name: "act", status: "done" }]);
});

test("a gated call that a script left behind is withdrawn with the end, and never runs", async () => {
  const pay = createStepTool("pay");
  const bench = await openScript('hand.tool("pay", {}); hand.sleep("1h"); return "early";', {
    extraTools: [pay],
    more: '[tools]\nrequired = ["pay"]\n',
  });
  const ended = await bench.run("scribe");
  expect(ended.outcome).toBe("success");
  expect(await bench.approvals()).toMatchObject([{ status: "cancelled" }]);
  expect(pay.calls).toEqual([]);
});

test("a failed call throws with its code, and the script may go on", async () => {
  const bench = await openScript(
    `const codes = [];
     for (const [name, args] of [["nope", {}], ["break", {}], ["typed", { n: "x" }]])
       await hand.tool(name, args).catch((error) => codes.push(error.code));
     return codes.join(" ");`,
    {
      extraTools: [
        createStepTool("break", { effect: "read", run: () => Promise.reject(new Error("broken")) }),
      ],
      tools: ["break"],
    },
  );
  expect((await bench.run("scribe")).output).toBe("tool_not_found tool_failed tool_not_found");
});

test("a question to the model gives its text, or its JSON parsed, with or without a fence", async () => {
  const bench = await openScript(
    `const text = await hand.ask("say");
     const json = await hand.ask("count", { format: "json" });
     return JSON.stringify({ text, json });`,
    { replies: [{ text: "said" }, { text: '```json\n{"n": 3}\n```' }] },
  );
  expect(JSON.parse((await bench.run("scribe")).output)).toEqual({ text: "said", json: { n: 3 } });
});

test("a question for JSON that is answered with prose throws, and so does a model that fails", async () => {
  const bench = await openScript(
    `const codes = [];
     for (const prompt of ["a", "b"])
       await hand.ask(prompt, { format: "json" }).catch((error) => codes.push(error.code));
     return codes.join(" ");`,
    { replies: [{ text: "I think it is three." }, { failure: { reason: "rejected" } }] },
  );
  expect((await bench.run("scribe")).output).toBe("invalid_output model_failed");
});

test("a script's questions count as steps: max_steps ends a loop of them", async () => {
  const bench = await openScript('for (;;) await hand.ask("again");', {
    replies: () => ({ text: "yes" }),
    more: "[limits]\nmax_steps = 3\n",
  });
  const ended = await bench.run("scribe");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "limit_reached" });
  expect(ended.error).toContain("max_steps");
  expect(bench.model.requests).toHaveLength(3);
});

test("the calls of a script are counted as its steps", async () => {
  const look = createStepTool("look", { effect: "read" });
  const bench = await openScript(
    'hand.now(); await hand.tool("look"); await hand.tool("look"); return "x";',
    {
      extraTools: [look],
      tools: ["look"],
    },
  );
  expect((await bench.run("scribe")).step_count).toBe(2);
});

const VALUES = `
const before = [hand.now().toISOString(), hand.random(), hand.uuid()];
const other = hand.tool("look").then(() => { const late = hand.uuid(); hand.log.info("drew " + late); return late; });
await hand.approve("publish", "go on?");
return JSON.stringify([...before, await other, hand.uuid().length]);`;

test("time, chance and ids are the same again after a wait, those drawn while everything waited too", async () => {
  const logged: string[] = [];
  const logger = {
    debug() {},
    warn() {},
    error() {},
    info: (message: string) => void logged.push(message),
  };
  const bench = await openScript(VALUES, {
    more: GATE,
    extraTools: [createStepTool("look", { effect: "read" })],
    logger,
    tools: ["look"],
  });
  await bench.run("scribe");
  const ended = await bench.decideNext("approve");
  const drawn = logged.filter((line) => line.startsWith("drew ")).map((line) => line.slice(5));
  expect(drawn).toHaveLength(2);
  expect(drawn[1]).toBe(drawn[0]);
  expect(JSON.parse(ended.output)[3]).toBe(drawn[0]);
});

/** A script that is another one each time it runs: what it does is chosen by a file beside it. */
function changingScript(bench: RunnerBench, first: string, later: string): void {
  const marker = path.join(bench.dir, "ran-before");
  bench.writeHand("scribe", {
    "HAND.toml": manifest("scribe", `[tools]\nrequired = ["look", "peek"]\n${GATE}`),
    "hand.ts": `
import { existsSync, writeFileSync } from "node:fs";
export default async function (hand) {
  const isLater = existsSync(${JSON.stringify(marker)});
  writeFileSync(${JSON.stringify(marker)}, "");
  if (!isLater) { ${first} } else { ${later} }
  return "done";
}`,
  });
}

test.each([
  [
    "another tool",
    'await hand.tool("peek"); await hand.approve("publish", "x");',
    /call 0 was tool look .* is tool peek now/,
  ],
  [
    "another kind of call",
    'await hand.sleep(1); await hand.approve("publish", "x");',
    /call 0 was tool look .* is wait sleep now/,
  ],
  [
    "a value in place of a call",
    'hand.random(); await hand.tool("look"); await hand.approve("publish", "x");',
    /call 1/,
  ],
  ["fewer calls, and the end", "", /call 0 \(tool look\)/],
  ["fewer calls, and a wait", 'await hand.approve("publish", "x");', /call 0 was tool look/],
])("a script that no longer matches its journal (%s) fails and says where", async (_what, later, message) => {
  const look = createStepTool("look", { effect: "read" });
  const peek = createStepTool("peek", { effect: "read" });
  const bench = await openRunnerBench({ extraTools: [look, peek] });
  changingScript(bench, 'await hand.tool("look"); await hand.approve("publish", "x");', later);
  await bench.run("scribe");
  const ended = await bench.decideNext("approve");
  expect(ended).toMatchObject({ outcome: "failure", error_code: "script_diverged" });
  expect(ended.error).toMatch(message);
  expect(peek.calls).toEqual([]);
});

test("a script that waits for something besides the hand before a call goes on after a wait all the same", async () => {
  const look = createStepTool("look", { effect: "read", run: () => "seen" });
  const bench = await openScript(
    `await new Promise((resolve) => setTimeout(resolve, 30));
     const seen = await hand.tool("look");
     await hand.approve("publish", "x");
     return seen;`,
    { extraTools: [look], more: GATE, tools: ["look"] },
  );
  await bench.run("scribe");
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success", output: "seen" });
  expect(look.calls).toHaveLength(1);
});

test("two gated calls of a script that were asked at once are decided in either order, each once", async () => {
  const pay = createStepTool("pay", { run: (args) => args["n"] });
  const bench = await openScript(
    'return (await Promise.all([1, 2].map((n) => hand.tool("pay", { n })))).join();',
    { extraTools: [pay], more: '[tools]\nrequired = ["pay"]\n' },
  );
  const waiting = await bench.run("scribe");
  const [one, two] = (await bench.approvals("pending")).toSorted(
    (a, b) => (a.step_index ?? 0) - (b.step_index ?? 0),
  );
  await bench.approve(two?.id ?? "");
  expect(await bench.runner.runHere(waiting.id)).toMatchObject({ status: "waiting" });
  await bench.approve(one?.id ?? "");
  expect(await bench.runner.runHere(waiting.id)).toMatchObject({ output: "1,2" });
  expect(pay.calls.map((call) => call.args["n"])).toEqual([2, 1]);
});

test("a step is run once and its result replayed", async () => {
  const bench = await openScript(
    `const n = await hand.step("count", async () => {
       const { appendFileSync } = await import("node:fs");
       appendFileSync(hand.parameters.file, "ran\\n");
       return 4;
     });
     await hand.approve("publish", "x");
     return n;`,
    { more: `${GATE}` },
  );
  const file = path.join(bench.dir, "steps.log");
  const waiting = await bench.run("scribe", { parameters: { file } });
  expect(waiting.status).toBe("waiting");
  expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success", output: "4" });
  expect(existsSync(file) && readFileSync(file, "utf8")).toBe("ran\n");
});
