import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { createCliProject } from "./cli-project.ts";
import { FAILING, GREETER, PAYER, SLOW, STUBBORN } from "./sample-hands.ts";

type Json = Record<string, unknown>;

test("run prints the output alone on stdout, and the rest on stderr", async () => {
  const project = await createCliProject(GREETER);
  const ran = await project.hands(["run", "greeter", "--input", '{"a":1}', "--param", "greeting=hi"]);
  expect([ran.exitCode, ran.stdout]).toEqual([0, 'hi {"a":1}\n']);
  expect(ran.stderr).toContain("about to greet");
  expect(ran.stderr).toMatch(/greeter \w{8} success/);
});

test("run --json prints the execution with its steps, as the contract has it", async () => {
  const project = await createCliProject(PAYER);
  const ran = await project.hands(["run", "payer", "--json"]);
  expect(ran.exitCode).toBe(6);
  const execution = ran.json() as Json;
  expect(execution).toEqual({
    id: expect.stringMatching(/^[0-9a-z]{26}$/),
    handName: "payer",
    trigger: "manual",
    status: "waiting",
    outcome: "approval_pending",
    reason: "approval",
    scheduledFor: null,
    startedAt: expect.any(String),
    completedAt: null,
    attempt: 1,
    coalesced: null,
    retryOf: null,
    output: "",
    error: null,
    approvalId: expect.any(String),
    filesGenerated: [],
    usage: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
    steps: [
      {
        index: 0,
        kind: "tool",
        name: "send_payment",
        effect: "destructive",
        status: "awaiting",
        args: { amount: 5 },
        result: null,
        error: null,
        approvalId: execution["approvalId"],
        startedAt: null,
        completedAt: null,
      },
    ],
  });
  expect(ran.stderr).toContain(String(execution["approvalId"]));
  const [listed] = (await project.hands(["executions", "payer", "--limit", "1", "--json"])).json() as Json[];
  const { steps: _, ...withoutSteps } = execution;
  expect(listed).toEqual(withoutSteps);
  const shown = await project.hands(["execution", "show", String(execution["id"]).slice(-6), "--json"]);
  expect(shown.json()).toEqual(execution);
  const [approval] = (await project.hands(["approvals", "--json"])).json() as Json[];
  expect(Object.keys(approval ?? {})).toEqual([
    "id",
    "handName",
    "executionId",
    "kind",
    "action",
    "gate",
    "tool",
    "description",
    "context",
    "askedAlthough",
    "args",
    "argsHash",
    "status",
    "createdAt",
    "expiresAt",
    "autoApproveAt",
    "resolvedAt",
    "resolvedBy",
    "note",
    "sentTo",
    "isWithheld",
  ]);
});

test("without a terminal run names the approval and the commands that decide it", async () => {
  const project = await createCliProject(PAYER);
  const ran = await project.hands(["run", "payer"]);
  expect([ran.exitCode, ran.stdout]).toEqual([6, ""]);
  expect(ran.stderr).toMatch(/approval \w{26}: Pay an invoice: hands approve \w{8} \| hands reject \w{8}/);
});

test("an execution that fails ends run with 5 and says why", async () => {
  const project = await createCliProject(FAILING);
  const ran = await project.hands(["run", "failing"]);
  expect([ran.exitCode, ran.stdout]).toEqual([5, ""]);
  expect(ran.stderr).toContain("the disk is on fire");
  const json = await project.hands(["run", "failing", "--json"]);
  expect([json.exitCode, (json.json() as Json)["outcome"]]).toEqual([5, "failure"]);
});

test.each([
  [["run", "nobody"], 1, "hand_not_found"],
  [["run", "greeter", "--input", "{"], 2, "invalid_argument"],
  [["run", "greeter", "--param", "novalue"], 2, "invalid_argument"],
])("%j ends with %i", async (args, exitCode, code) => {
  const project = await createCliProject(GREETER);
  const ran = await project.hands(args);
  expect(ran.exitCode).toBe(exitCode);
  expect(ran.stderr).toContain(`error[${code}]`);
});

test("a disabled hand is not run, and the message says how to enable it", async () => {
  const project = await createCliProject(GREETER);
  const disabled = await project.hands(["disable", "greeter"]);
  expect(disabled.stderr).toContain("greeter is disabled now");
  const ran = await project.hands(["run", "greeter"]);
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toContain("hands enable greeter");
  expect((await project.hands(["enable", "greeter", "--json"])).json()).toMatchObject({
    name: "greeter",
    enabled: true,
  });
  expect((await project.hands(["run", "greeter"])).exitCode).toBe(0);
});

test("Ctrl-C once cancels the execution and ends with 130", async () => {
  const project = await createCliProject(SLOW);
  const running = project.start(["run", "slow"]);
  await running.saw("busy now");
  running.child.kill("SIGINT");
  const ran = await running.ended;
  expect(ran.exitCode).toBe(130);
  expect(ran.stderr).toContain("cancelled");
  const [execution] = (await project.hands(["executions", "--json"])).json() as Json[];
  expect(execution).toMatchObject({ status: "ended", outcome: "cancelled" });
});

test("a second Ctrl-C ends the process at once, and one that follows at once is the same keypress", async () => {
  const project = await createCliProject(STUBBORN);
  const running = project.start(["run", "stubborn"]);
  await running.saw("working");
  running.child.kill("SIGINT");
  running.child.kill("SIGINT");
  await running.saw("Cancelling");
  await wait(600);
  expect(running.child.exitCode).toBe(null);
  running.child.kill("SIGINT");
  expect((await running.ended).exitCode).toBe(130);
});

test("execution cancel ends one that waits, and retry asks before it repeats effects", async () => {
  const project = await createCliProject({ ...PAYER, ...FAILING });
  await project.hands(["run", "payer"]);
  const [waiting] = (await project.hands(["executions", "--json"])).json() as { id: string }[];
  const id = waiting?.id ?? "";
  expect((await project.hands(["execution", "retry", id])).stderr).toContain("error[execution_state]");
  const cancelled = await project.hands(["execution", "cancel", id, "--json"]);
  expect([cancelled.exitCode, cancelled.json()]).toMatchObject([0, { outcome: "cancelled" }]);
  expect((await project.hands(["execution", "cancel", id])).exitCode).toBe(1);
  expect((await project.hands(["approvals", "--json"])).json()).toEqual([]);
  // Nothing was done, so nothing is asked; the gate holds again.
  const again = await project.hands(["execution", "retry", id, "--json"]);
  expect([again.exitCode, again.json()]).toMatchObject([6, { retryOf: id, outcome: "approval_pending" }]);
  const approval = (again.json() as { approvalId: string }).approvalId;
  await project.hands(["approve", approval]);
  const paid = (again.json() as { id: string }).id;
  const refused = await project.hands(["execution", "retry", paid]);
  expect([refused.exitCode, refused.stderr.includes("send_payment (destructive, done)")]).toEqual([2, true]);
  expect((await project.hands(["execution", "retry", paid, "--yes"])).exitCode).toBe(6);
  expect(await project.read("data/workspaces/payer/paid.txt")).toBe("5\n");
});

test("logs show the events of a hand and the steps of an execution, and follow one to its end", async () => {
  const project = await createCliProject({ ...PAYER, ...GREETER });
  const { id } = (await project.hands(["run", "payer", "--json"])).json() as { id: string };
  await project.hands(["run", "greeter"]);
  const ofHand = await project.hands(["logs", "payer", "--json"]);
  const events = ofHand.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Json);
  expect(new Set(events.map(({ handName }) => handName))).toEqual(new Set(["payer"]));
  expect(events.map(({ type }) => type)).toContain("approval.requested");
  const one = await project.hands(["logs", id.slice(-6)]);
  expect(one.stdout).toContain("execution.waiting");
  expect(one.stdout).toContain("waits tool send_payment");
  const following = project.start(["logs", id, "--follow"]);
  await following.saw("execution.waiting");
  const { approvalId } = (await project.hands(["execution", "show", id, "--json"])).json() as {
    approvalId: string;
  };
  await project.hands(["approve", approvalId]);
  const ended = await following.ended;
  expect([ended.exitCode, ended.stdout.includes("execution.succeeded")]).toEqual([0, true]);
  expect((await project.hands(["logs", "--limit", "1"])).stdout.trim().split("\n")).toHaveLength(1);
});

test("backup writes a whole copy that commands can read, and overwrites nothing", async () => {
  const project = await createCliProject(GREETER);
  await project.hands(["run", "greeter"]);
  const made = await project.hands(["backup", "copy.db"]);
  expect(made.exitCode, made.stderr).toBe(0);
  expect((await project.hands(["executions", "--db", "copy.db", "--json"])).json()).toHaveLength(1);
  expect((await project.hands(["backup", "copy.db"])).exitCode).toBe(2);
});

test("a pause is durable, shows wherever hands are listed, and passes a manual run", async () => {
  const project = await createCliProject(GREETER);
  const paused = await project.hands(["pause", "greeter", "--note", "new disk", "--json"]);
  expect([paused.exitCode, paused.json()]).toMatchObject([0, { status: "paused", isPaused: true }]);
  expect((await project.hands(["list"])).stdout).toMatch(/greeter +paused/);
  expect((await project.hands(["show", "greeter"])).stdout).toContain("paused (new disk)");
  expect((await project.hands(["run", "greeter"])).exitCode).toBe(0);
  expect((await project.hands(["pause", "greeter"])).stderr).toContain("paused already");
  expect((await project.hands(["resume", "greeter"])).stderr).toContain("goes on");
  expect((await project.hands(["pause", "--all", "--json"])).json()).toMatchObject([{ status: "paused" }]);
  await project.hands(["resume", "--all"]);
  expect((await project.hands(["pause"])).exitCode).toBe(2);
  expect((await project.hands(["pause", "greeter", "--all"])).exitCode).toBe(2);
  expect((await project.hands(["pause", "nobody"])).exitCode).toBe(1);
});
