import { expect, test } from "vitest";
import { explainExecution } from "../../src/cli/why/explain-execution.ts";
import type { ExecutionRow } from "../../src/store/index.ts";
import { createCliProject } from "./cli-project.ts";
import { runHere } from "./run-here.ts";
import { BROKEN, FAILING, GREETER, PAYER } from "./sample-hands.ts";

interface Explained {
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly sentences: readonly string[];
}

test("why tells what an execution waits for, then who decided and how it ended", async () => {
  const project = await createCliProject(PAYER);
  const { dir } = project;
  const { id, approvalId } = (await runHere(dir, ["run", "payer", "--json"])).json() as Record<
    string,
    string
  >;
  const waiting = await runHere(dir, ["why", String(id)]);
  expect(waiting.stdout).toContain("It waits: for a decision of a human.");
  expect(waiting.stdout).toContain(`hands approve ${String(approvalId).slice(-8)}`);
  await runHere(dir, ["reject", String(approvalId), "--note", "too dear"]);
  const [ended] = (await runHere(dir, ["why", String(id), "--json"])).json() as readonly [Explained];
  expect(ended).toMatchObject({ kind: "execution", subject: id, state: "failure" });
  const text = ended.sentences.join(" ");
  expect(text).toContain("Somebody started it");
  expect(text).toMatch(/It asked "Pay an invoice", for gate pay: rejected by \S+ through cli/);
  expect(text).toContain('with the note "too dear"');
  expect(text).toContain("as failure: approval_rejected");
});

test("why of a hand names each thing that keeps it from running, and its newest executions", async () => {
  const project = await createCliProject({ ...GREETER, ...BROKEN, ...FAILING });
  const { dir } = project;
  const before = await runHere(dir, ["why", "greeter"]);
  expect(before.stdout).toContain("No `hands up` is running, so nothing fires by itself.");
  await runHere(dir, ["run", "greeter"]);
  await runHere(dir, ["pause", "greeter", "--note", "disk is being replaced"]);
  await runHere(dir, ["pause", "--all"]);
  await runHere(dir, ["disable", "greeter"]);
  const [hand, execution] = (await runHere(dir, ["why", "greeter", "--json"])).json() as Explained[];
  const text = hand?.sentences.join(" ");
  expect(text).toMatch(/It is disabled by \S+: `hands enable greeter`\./);
  expect(text).toContain("Everything is paused: `hands resume --all`.");
  expect(text).toMatch(/It is paused by .*with the note "disk is being replaced": `hands resume greeter`/);
  expect(execution).toMatchObject({ kind: "execution", state: "success" });
  const broken = await runHere(dir, ["why", "broken"]);
  expect(broken.stdout).toContain("It is broken: ");
  await runHere(dir, ["resume", "--all"]);
  await runHere(dir, ["run", "failing"]);
  expect((await runHere(dir, ["why", "failing"])).stdout).toContain("the disk is on fire");
});

test("why of what is neither a hand nor an execution says so", async () => {
  const project = await createCliProject(GREETER);
  await runHere(project.dir, ["run", "greeter"]);
  const ran = await runHere(project.dir, ["why", "zzz"]);
  expect([ran.exitCode, ran.stdout]).toEqual([1, ""]);
  expect(ran.stderr).toContain('error[execution_not_found]: there is no hand and no execution "zzz"');
});

/** A fire that never became a run. */
function skipped(more: Partial<ExecutionRow>): ExecutionRow {
  const row: Partial<ExecutionRow> = {
    id: "x",
    trigger: "schedule",
    status: "ended",
    outcome: "skipped",
    chain_json: "[]",
    attempt: 0,
    retry_of: null,
    cancel_requested_by: null,
    coalesced_json: null,
    scheduled_for: Date.UTC(2026, 0, 5, 7),
    created_at: Date.UTC(2026, 0, 5, 7),
    error: null,
    ...more,
  };
  return row as ExecutionRow;
}

test.each([
  ["overlap", "It did not run: another run of the hand was under way"],
  ["max_waiting", "It did not run: too many executions of the hand wait for people"],
  ["paused", "It did not run: the hand, or everything, was paused"],
  ["missed", "It did not run: it was missed: nothing was running at that time"],
  ["model_not_configured", "It did not run: no model could be asked"],
])("a fire that was skipped as %s is explained", (reason, expected) => {
  const facts = { row: skipped({ reason }), approvals: [], deliveries: [], nowMs: Date.UTC(2026, 0, 6) };
  const [start, end] = explainExecution(facts);
  expect(start).toBe("Its schedule fired at 2026-01-05 07:00:00Z.");
  expect(end).toContain(expected);
});

test("one row that stands for many missed fires says how many, from when to when", () => {
  const coalesced = { first: "2026-01-05T07:00:00.000Z", last: "2026-01-05T09:00:00.000Z", count: 3 };
  const row = skipped({ reason: "missed", coalesced_json: JSON.stringify(coalesced) });
  const [start] = explainExecution({ row, approvals: [], deliveries: [], nowMs: Date.UTC(2026, 0, 6) });
  expect(start).toBe(
    "It stands for 3 fires of its schedule, from 2026-01-05 07:00:00Z to 2026-01-05 09:00:00Z.",
  );
});
