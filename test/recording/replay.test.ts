import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { replayRecording } from "../../src/recording/index.ts";
import { wakeSleepers } from "../../src/store/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { manifest, modelHand, scriptHand } from "../support/simple-hands.ts";
import { createStepTool } from "../support/step-tool.ts";
import { openRecordingBench } from "./recording-bench.ts";

// Each test starts workers and databases several times, which takes a busy machine a while.
vi.setConfig({ testTimeout: 120_000 });

const SCRIPT = `
const seen = await hand.tool("look", { at: hand.now().toISOString() });
const id = hand.uuid();
const counted = await hand.step("count", () => 41 + Math.ceil(hand === null ? 0 : 0.5), { effect: "read" });
await hand.sleep("2h");
const allowed = await hand.approve("publish", "Publish it?", { id });
const answer = await hand.ask("Say it");
const failed = await hand.tool("fails", {}).catch((error) => error.code + ": " + error.message);
return [seen, counted, allowed.approved, allowed.note, answer, failed, hand.random() < 1, hand.executionId.length].join("|");
`;

test("a script that was recorded once goes the same way again, with no tool, no model and no wait", async () => {
  const clock = createFakeClock();
  const look = createStepTool("look", { effect: "read", run: () => "seen" });
  const fails = createStepTool("fails", {
    effect: "read",
    run: () => {
      throw new Error("out of order");
    },
  });
  const bench = await openRecordingBench({ clock, extraTools: [look, fails], replies: [{ text: "said" }] });
  bench.writeHand(
    "worker",
    scriptHand("worker", SCRIPT, {
      tools: ["look", "fails"],
      more: '[approval_gates]\npublish = { description = "Publish" }\n',
    }),
  );
  const slept = await bench.run("worker", { input: { n: 1 }, parameters: { p: 2 } });
  expect(slept).toMatchObject({ status: "waiting", reason: "sleep" });
  clock.freezeProcess(7_200_000);
  await bench.store.transaction((transaction) => wakeSleepers(transaction));
  expect((await bench.runner.runHere(slept.id)).reason).toBe("approval");
  const { id, outcome } = await bench.decideNext("approve", "go on");
  expect(outcome).toBe("success");

  const { recording, replay } = await bench.record(id);
  expect(replay).toMatchObject({ differences: [], isWhole: true });
  expect(recording).toMatchObject({ input: { n: 1 }, parameters: { p: 2 }, outcome: "success" });
  expect(recording.output).toContain("seen|42|true|go on|said|tool_failed: fails failed: out of order|true");
  expect(replay.recording.output).toBe(recording.output);
  expect(await bench.test("worker")).toMatchObject([{ name: "first", hasPassed: true, differences: [] }]);
  expect([look.calls.length, fails.calls.length, bench.model.requests.length]).toEqual([1, 1, 1]);
});

test("a model's hand: its replies, and what humans allowed, edited and refused, stand in for them", async () => {
  const pay = createStepTool("pay");
  const bench = await openRecordingBench({
    extraTools: [pay],
    replies: (request) =>
      request.messages.length === 1
        ? {
            toolCalls: [
              { name: "pay", args: { amount: 1 } },
              { name: "pay", args: { amount: 2 } },
              { name: "pay", args: { amount: 3 } },
            ],
          }
        : { text: "paid" },
  });
  bench.writeHand("payer", {
    "HAND.toml": manifest("payer", '[tools]\nrequired = ["pay"]'),
    "SYSTEM.md": "Pay.",
  });
  const { id } = await bench.run("payer");
  const [first, second, third] = (await bench.approvals("pending")).toReversed();
  const edited = { kind: "approve" as const, args: { amount: 20 } };
  await bench.approve(first?.id ?? "");
  await bench.approve(second?.id ?? "", { decision: edited, by: "bob" });
  await bench.reject(third?.id ?? "", "too much");
  expect(await bench.runner.runHere(id)).toMatchObject({ outcome: "success" });
  expect(pay.calls).toHaveLength(2);

  const { recording, replay } = await bench.record(id);
  expect(replay).toMatchObject({ differences: [], isWhole: true });
  const calls = recording.steps.filter((step) => step.kind === "tool");
  expect(calls).toMatchObject([
    { args: { amount: 1 }, request: { status: "approved", by: "ann" }, status: "done" },
    { args: { amount: 2 }, request: { editedArgs: { amount: 20 }, by: "bob" }, status: "done" },
    { args: { amount: 3 }, request: { status: "rejected", note: "too much" }, status: "denied" },
  ]);
  expect(pay.calls).toHaveLength(2);
});

test("results that raced come back in the order they came, whichever call was first", async () => {
  let release: () => void = () => {};
  const slow = createStepTool("slow", {
    effect: "read",
    run: () => new Promise((done) => (release = () => done("slow"))),
  });
  const quick = createStepTool("quick", {
    effect: "read",
    run: (_args, _context, count) => {
      if (count === 3) setTimeout(() => release(), 5);
      return "quick";
    },
  });
  const bench = await openRecordingBench({ extraTools: [slow, quick] });
  const body = `
const order = [];
const one = hand.tool("slow").then(() => order.push("slow"));
const two = (async () => { for (let n = 0; n < 3; n += 1) { await hand.tool("quick", { n }); order.push(n); } })();
await Promise.all([one, two]);
return order.join(",");`;
  bench.writeHand("racer", scriptHand("racer", body, { tools: ["slow", "quick"] }));
  const ended = await bench.run("racer");
  expect(ended.output).toBe("0,1,2,slow");
  const { replay } = await bench.record(ended.id);
  expect(replay).toMatchObject({ differences: [], isWhole: true, recording: { output: "0,1,2,slow" } });
});

test("a failure is recorded and fails again; what was cut off cannot be replayed", async () => {
  const bench = await openRecordingBench({ replies: [{ failure: { reason: "rejected", message: "no" } }] });
  bench.writeHand("thinker", modelHand("thinker", []));
  const failed = await bench.run("thinker");
  expect(failed.outcome).toBe("failure");
  expect((await bench.record(failed.id)).replay).toMatchObject({ differences: [], isWhole: true });

  bench.writeHand("asker", scriptHand("asker", 'await hand.approve("a", "?");', { more: "" }));
  const waiting = await bench.run("asker");
  await expect(bench.record(waiting.id)).rejects.toMatchObject({ code: "execution_state" });
  await bench.runner.cancel(waiting.id, "ann");
  await expect(bench.record(waiting.id)).rejects.toThrow(/ended as cancelled/);
});

test("a broken folder is said to be broken", async () => {
  const bench = await openRecordingBench();
  bench.writeHand("quiet", scriptHand("quiet", 'return "";'));
  const { recording } = await bench.record((await bench.run("quiet")).id);
  bench.writeHand("quiet", { "HAND.toml": "[hand\n" });
  const handDir = `${bench.dir}/hands/quiet`;
  await expect(replayRecording(recording, { handDir })).rejects.toMatchObject({ code: "hand_broken" });
});

test("tools of an MCP server are replayed from what they gave; no server is started", async () => {
  const bench = await openRecordingBench();
  const tools = path.join(bench.dir, "tools.json");
  writeFileSync(tools, JSON.stringify([{ name: "look", inputSchema: { type: "object" } }]));
  const command = [process.execPath, path.resolve("test/support/mcp-server.mjs"), tools];
  const more = `[tools]\nrequired = ["notes.l*"]\nunattended = ["notes.*"]\n[mcp.notes]\ncommand = ${JSON.stringify(command)}\n`;
  bench.writeHand(
    "reader",
    scriptHand("reader", 'return (await hand.tool("notes.look", { n: 1 })).text;', { more }),
  );
  const ended = await bench.run("reader");
  expect(ended).toMatchObject({ outcome: "success", output: 'look {"n":1}' });
  rmSync(tools);
  const { replay } = await bench.record(ended.id);
  expect(replay).toMatchObject({ differences: [], isWhole: true });
  expect(readFileSync(`${tools}.log`, "utf8").match(/^start/gm)).toHaveLength(1);
});

test("what brought in something from outside when it was recorded does so again, and the gates ask as they did", async () => {
  const pay = createStepTool("pay");
  const reach = createStepTool("reach", {
    effect: "read",
    run: (_args, context) => context.fetch("http://127.0.0.1:1/"),
  });
  const bench = await openRecordingBench({ extraTools: [pay, reach] });
  const body = `
    await hand.tool("pay", { n: 1 }).catch(() => {});
    await hand.tool("reach", {}).catch(() => {});
    await hand.tool("pay", { n: 2 }).catch(() => {});`;
  bench.writeHand(
    "payer",
    scriptHand("payer", body, {
      tools: ["pay", "reach"],
      more: '[approval_gates]\npay = { description = "Pay", auto_approve_after = 0 }\n',
    }),
  );
  const marks = async (trigger: "manual" | "webhook", name: string, decisions: number) => {
    const { id } = await bench.run("payer", { trigger, input: { order: 1 } });
    for (let count = 0; count < decisions; count += 1) await bench.decideNext("approve");
    const { recording, replay } = await bench.record(id, name);
    expect(replay).toMatchObject({ differences: [], isWhole: true });
    const read = ({ isInputUntrusted, steps }: typeof recording) => [
      isInputUntrusted,
      ...steps.map((step) =>
        step.kind === "tool" ? [step.isUntrusted, step.request?.autoApproveAfterMs, step.request?.by] : [],
      ),
    ];
    expect(read(replay.recording)).toEqual(read(recording));
    return read(recording);
  };
  expect(await marks("manual", "first", 1)).toEqual([
    false,
    [false, 0, "runtime"],
    [true, undefined, undefined],
    [false, null, "ann"],
  ]);
  // What started it was from outside already: the first call asks a human as well.
  expect(await marks("webhook", "second", 2)).toEqual([
    true,
    [false, null, "ann"],
    [true, undefined, undefined],
    [false, null, "ann"],
  ]);
  expect((await bench.test("payer")).map(({ hasPassed }) => hasPassed)).toEqual([true, true]);
});
