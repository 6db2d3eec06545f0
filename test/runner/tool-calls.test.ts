import { expect, test } from "vitest";
import { z } from "zod";
import { HandsError } from "../../src/core/index.ts";
import type { StepRow } from "../../src/store/index.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { callOnce, modelHand, scriptHand } from "../support/simple-hands.ts";
import type { StepToolOptions } from "../support/step-tool.ts";
import { createStepTool } from "../support/step-tool.ts";

/** A model's hand that calls `act` once, which does what the options say. */
async function callAct(options: StepToolOptions, args: object | string = { n: 1 }) {
  const act = createStepTool("act", options);
  const bench = await openRunnerBench({
    extraTools: [act],
    replies: callOnce({ name: "act", args: args as string }),
  });
  bench.writeHand("actor", modelHand("actor", ["act"]));
  const execution = await bench.run("actor");
  const step = (await bench.steps(execution.id)).find((row) => row.kind === "tool") as StepRow;
  return { act, bench, execution, step };
}

const hang = () => new Promise(() => {});

function connectionError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

test("A timeout was recorded as granted: a destructive call that ran out of time is unknown, and a question to a human", async () => {
  const { bench, execution, step } = await callAct({ timeoutMs: 20, run: hang });
  expect(step).toMatchObject({ status: "unknown", attempt: 1 });
  expect(execution).toMatchObject({ status: "waiting", reason: "unknown", outcome: "approval_pending" });
  expect(await bench.approvals("pending")).toMatchObject([
    { kind: "unknown", tool: "act", args_json: '{"n":1}', expires_at: null, auto_approve_at: null },
  ]);
});

test("what happened is told to the model as the call's result, and the tool is not called again", async () => {
  const { act, bench } = await callAct({ timeoutMs: 20, run: hang });
  const [question] = await bench.approvals("pending");
  const answer = { approvalId: question?.id ?? "", by: "ann", via: "cli", note: null };
  const result = { receipt: 7 };
  expect(await bench.runner.answer({ ...answer, answer: "happened", result })).toMatchObject({ won: true });
  const ended = await bench.runner.continueAfterApproval(question?.id ?? "");
  expect(ended).toMatchObject({ outcome: "success", output: '{"receipt":7}' });
  expect(act.calls).toHaveLength(1);
  expect(await bench.runner.answer({ ...answer, answer: "retry" })).toMatchObject({ won: false });
});

test("a retry runs the same call once more, under the same key", async () => {
  const { act, bench } = await callAct({
    timeoutMs: 20,
    run: (_args, _context, callNumber) => (callNumber === 1 ? hang() : { done: true }),
  });
  const [question] = await bench.approvals("pending");
  await bench.runner.answer({
    approvalId: question?.id ?? "",
    answer: "retry",
    by: "ann",
    via: "cli",
    note: null,
  });
  const ended = await bench.runner.continueAfterApproval(question?.id ?? "");
  expect(ended).toMatchObject({ outcome: "success", output: '{"done":true}' });
  expect(act.calls.map((call) => call.key)).toEqual([`${ended?.id}:step:1`, `${ended?.id}:step:1`]);
});

test("a retry that runs out of time too is a new question: an answer is used once", async () => {
  const { act, bench } = await callAct({ timeoutMs: 20, run: hang });
  for (const calls of [2, 3]) {
    const [question] = await bench.approvals("pending");
    const approvalId = question?.id ?? "";
    await bench.runner.answer({ approvalId, answer: "retry", by: "ann", via: "cli", note: null });
    const waiting = await bench.runner.continueAfterApproval(approvalId);
    expect(waiting).toMatchObject({ status: "waiting", reason: "unknown" });
    expect(act.calls).toHaveLength(calls);
  }
  expect(await bench.approvals("pending")).toHaveLength(1);
});

test("what is skipped is told to the model as not known, and not as failed", async () => {
  const { act, bench } = await callAct({ timeoutMs: 20, run: hang });
  const [question] = await bench.approvals("pending");
  const approvalId = question?.id ?? "";
  await bench.runner.answer({ approvalId, answer: "skip", by: "ann", via: "cli", note: "look at the bank" });
  const ended = await bench.runner.continueAfterApproval(approvalId);
  expect(ended?.output).toContain("effect_unknown");
  expect(ended?.output).toContain("look at the bank");
  expect(act.calls).toHaveLength(1);
});

test("a question about an effect is never decided like a request, nor by time", async () => {
  const { bench } = await callAct({ timeoutMs: 20, run: hang });
  const [question] = await bench.approvals("pending");
  await expect(bench.approve(question?.id ?? "")).rejects.toMatchObject({ code: "invalid_argument" });
  expect(await bench.approvals("pending")).toHaveLength(1);
});

test.each([
  ["a lost connection", () => Promise.reject(connectionError("ECONNRESET")), "unknown"],
  ["a pipe that broke", () => Promise.reject(connectionError("EPIPE")), "unknown"],
  ["an abort of its own", () => Promise.reject(new DOMException("stopped", "AbortError")), "unknown"],
  [
    "a lost connection within another error",
    () => Promise.reject(new Error("fetch failed", { cause: connectionError("ETIMEDOUT") })),
    "unknown",
  ],
  [
    "a worker that died",
    () => Promise.reject(new HandsError("effect_unknown", "the worker died")),
    "unknown",
  ],
  ["a refused connection", () => Promise.reject(connectionError("ECONNREFUSED")), "failed"],
  ["an unknown host", () => Promise.reject(connectionError("ENOTFOUND")), "failed"],
  ["an error of its own", () => Promise.reject(new Error("no such account")), "failed"],
  ["something thrown that is no error", () => Promise.reject("no"), "failed"],
])(
  "a destructive call that ended by %s is unknown only where it may have happened",
  async (_what, run, status) => {
    const { execution, step } = await callAct({ run });
    expect(step.status).toBe(status);
    expect(execution.status).toBe(status === "unknown" ? "waiting" : "ended");
  },
);

test.each(["read", "write"] as const)(
  "a %s that may be repeated and ran out of time has failed, says so, and nobody is asked",
  async (effect) => {
    const { bench, execution, step } = await callAct({ effect, idempotent: true, timeoutMs: 20, run: hang });
    expect(step.status).toBe("failed");
    expect(execution).toMatchObject({ outcome: "success" });
    expect(execution.output).toContain("timeout");
    expect(await bench.approvals()).toEqual([]);
  },
);

test("A tool that ignored abort blocked the loop: here its late result is dropped and the loop goes on", async () => {
  let finish: (value: unknown) => void = () => {};
  const { bench, execution, step } = await callAct({
    effect: "read",
    timeoutMs: 20,
    run: () => new Promise((resolve) => (finish = resolve)),
  });
  expect(execution.status).toBe("ended");
  finish("too late");
  await new Promise((resolve) => setImmediate(resolve));
  expect(await bench.steps(execution.id)).toContainEqual(step);
});

test("a tool that the hand does not have fails by name, with the nearest one, and the model goes on", async () => {
  const act = createStepTool("send_mail");
  const bench = await openRunnerBench({
    extraTools: [act],
    replies: callOnce({ name: "send_mial", args: {} }),
  });
  bench.writeHand("actor", modelHand("actor", ["send_mail"]));
  const ended = await bench.run("actor");
  expect(ended.outcome).toBe("success");
  expect(ended.output).toContain('did you mean \\"send_mail\\"?');
});

test("arguments that do not fit fail with what is wrong, and nothing runs", async () => {
  const { act, execution, step } = await callAct({ input: z.object({ n: z.number() }) }, { n: "many" });
  expect(step).toMatchObject({ status: "failed", attempt: 0 });
  expect(execution.output).toContain("tool_arguments");
  expect(execution.output).toContain("expected number");
  expect(act.calls).toEqual([]);
});

test.each(["null", "[1]", '"text"', "{broken", ""])(
  "arguments that are no object (%s) fail, and the model is told",
  async (raw) => {
    const { act, execution } = await callAct({}, raw === "" ? "  " : raw);
    if (raw === "") return;
    expect(execution.output).toContain("not a JSON object");
    expect(act.calls).toEqual([]);
  },
);

test("calls that a model gave the same id run each for itself, and each gets its own result", async () => {
  const echo = createStepTool("echo", { effect: "read", run: (args) => args });
  const bench = await openRunnerBench({
    extraTools: [echo],
    replies: callOnce(
      { name: "echo", args: { n: 1 }, callId: "same" },
      { name: "echo", args: { n: 2 }, callId: "same" },
    ),
  });
  bench.writeHand("actor", modelHand("actor", ["echo"]));
  expect((await bench.run("actor")).output).toBe('{"n":1}\n{"n":2}');
  const results = bench.model.requests[1]?.messages.at(-1);
  const ids = results?.role === "tool" ? results.results.map((result) => result.callId) : [];
  expect(new Set(ids).size).toBe(2);
});

test("arguments are parsed once: the defaults are asked about, stored and executed", async () => {
  const { act, step } = await callAct({
    input: z.object({ n: z.number(), currency: z.string().default("EUR") }),
  });
  expect(JSON.parse(step.args_json ?? "")).toEqual({ n: 1, currency: "EUR" });
  expect(act.calls[0]?.args).toEqual({ n: 1, currency: "EUR" });
});

test("a megabyte of result is kept cut, with a mark, and the call is done", async () => {
  const { execution, step } = await callAct({ run: () => ({ text: "x".repeat(1_000_000) }) });
  expect(step.status).toBe("done");
  expect(Buffer.byteLength(step.result_json ?? "")).toBeLessThanOrEqual(1_000_000);
  expect(execution.output).toContain('"truncated":true');
});

test.each([
  ["nothing", () => undefined, null],
  ["a big integer", () => ({ n: 12n }), { n: "12" }],
  ["a function", () => () => 1, expect.any(String)],
  ["a map", () => new Map([["a", 1]]), { a: 1 }],
  ["what is no number", () => [Number.NaN], ["NaN"]],
  [
    "a value within itself",
    () => {
      const self: Record<string, unknown> = {};
      self["self"] = self;
      return self;
    },
    { self: "[circular]" },
  ],
])("a result that is no JSON (%s) becomes the nearest value that is", async (_what, run, expected) => {
  const { step } = await callAct({ run });
  expect(step.status).toBe("done");
  expect(JSON.parse(step.result_json ?? "")).toEqual(expected);
});

test("Answering one of two gated calls ran it, then lost its result: here both are told, in either order", async () => {
  for (const order of ["first", "last"] as const) {
    const pay = createStepTool("pay", { run: (args) => ({ paid: args["n"] }) });
    const bench = await openRunnerBench({
      extraTools: [pay],
      replies: callOnce({ name: "pay", args: { n: 1 } }, { name: "pay", args: { n: 2 } }),
    });
    bench.writeHand("actor", {
      ...modelHand("actor", []),
      "HAND.toml":
        '[hand]\nname = "actor"\n[tools]\nrequired = ["pay"]\n[approval_gates]\npay = { description = "Pay" }\n',
    });
    const waiting = await bench.run("actor");
    const [one, two] = (await bench.approvals("pending")).toSorted(
      (a, b) => (a.step_index ?? 0) - (b.step_index ?? 0),
    );
    const [now, later] = order === "first" ? [one, two] : [two, one];
    await bench.approve(now?.id ?? "");
    expect(await bench.runner.runHere(waiting.id)).toMatchObject({ status: "waiting", reason: "approval" });
    expect(bench.model.requests).toHaveLength(1);
    await bench.approve(later?.id ?? "");
    expect(await bench.runner.runHere(waiting.id)).toMatchObject({ output: '{"paid":1}\n{"paid":2}' });
    expect(pay.calls.map((call) => call.args["n"])).toEqual(order === "first" ? [1, 2] : [2, 1]);
    expect(bench.model.requests).toHaveLength(2);
  }
});

test("One rejection dropped the ungated calls of its batch: here they run, and the model sees both results", async () => {
  const pay = createStepTool("pay");
  const look = createStepTool("look", { effect: "read", run: () => "seen" });
  const bench = await openRunnerBench({
    extraTools: [pay, look],
    replies: callOnce({ name: "pay", args: {} }, { name: "look", args: {} }),
  });
  bench.writeHand("actor", {
    "HAND.toml":
      '[hand]\nname = "actor"\n[tools]\nrequired = ["pay", "look"]\n[approval_gates]\npay = { description = "Pay" }\n',
    "SYSTEM.md": "Act.",
  });
  await bench.run("actor");
  expect(look.calls).toHaveLength(1);
  const ended = await bench.decideNext("reject", "too much");
  expect(ended.output).toContain("too much");
  expect(ended.output).toContain("seen");
  expect(pay.calls).toEqual([]);
});

test("a hand's own tool whose connection broke after it sent is unknown too, across its thread", async () => {
  const bench = await openRunnerBench();
  bench.writeHand("actor", {
    ...scriptHand("actor", 'return await hand.tool("send", {});'),
    "HAND.toml": '[hand]\nname = "actor"\n[tools]\nunattended = ["send"]\n',
    "tools/send.ts": `
import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "send", description: "Sends", effect: "destructive", input: z.object({}),
  execute() { throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }); },
});`,
  });
  const waiting = await bench.run("actor");
  expect(waiting).toMatchObject({ status: "waiting", reason: "unknown" });
});

test("a call that an execution left unknown, being about to end, is asked about where its process died before that", async () => {
  const act = createStepTool("act", {
    run: () => Promise.reject(Object.assign(new Error("the connection broke"), { code: "ECONNRESET" })),
  });
  const bench = await openRunnerBench({
    extraTools: [act],
    replies: callOnce({ name: "act", args: { n: 1 } }),
  });
  bench.writeHand("actor", modelHand("actor", ["act"]));
  const { id } = await bench.run("actor");
  // As it is where the time was up: the call unknown, nobody asked, the end not committed.
  await bench.store.transaction(async ({ db }) => {
    await db.deleteFrom("approval_queue").execute();
    await db
      .updateTable("execution_steps")
      .set({ approval_id: null })
      .where("status", "=", "unknown")
      .execute();
    await db
      .updateTable("hand_executions")
      .set({ status: "queued", reason: null, outcome: null, approval_id: null })
      .execute();
  });
  expect(await bench.runner.runHere(id)).toMatchObject({ status: "waiting", reason: "unknown" });
  expect(await bench.approvals("pending")).toMatchObject([
    { kind: "unknown", tool: "act", execution_id: id },
  ]);
  expect(act.calls).toHaveLength(1);
});
