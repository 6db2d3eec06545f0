import { readFile } from "node:fs/promises";
import { cpus, hostname, totalmem } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ExecutionRow, StepRow } from "../../src/store/index.ts";
import type { RunnerBench } from "../support/runner-bench.ts";
import type { ExampleOptions } from "./example-bench.ts";
import { openExample } from "./example-bench.ts";

type Limits = {
  readonly diskUsedPercent: Record<string, number>;
  readonly memoryUsedPercent: number;
  readonly loadPerCpu: number;
  readonly databaseLatencyMs: number;
};

type Proposal = {
  readonly measuredAt: string;
  readonly measured: Limits;
  readonly limits: Limits;
};

interface Report {
  readonly summary: string;
  readonly measuredAt: string;
  readonly findings: readonly { readonly subject: string; readonly text: string }[];
  readonly limitsFrom: string;
  readonly machine: { readonly hostname: string; readonly cpuCount: number };
  readonly disks: readonly {
    readonly path: string;
    readonly totalBytes: number;
    readonly usedPercent: number;
  }[];
  readonly memory: { readonly totalBytes: number; readonly usedPercent: number };
  readonly database: { readonly engine: string; readonly isHealthy: boolean; readonly sizeBytes: number };
  readonly busiestProcesses: readonly { readonly pid: number }[];
  readonly baseline: { readonly state: string; readonly text: string; readonly limits?: Limits };
}

const reportOf = (row: ExecutionRow | null): Report => JSON.parse(row?.output ?? "") as Report;
const toolsOf = (steps: readonly StepRow[]) =>
  steps.filter(({ kind }) => kind === "tool").map(({ name, status }) => `${name} ${status}`);

/** The machine that runs tests may be busy, and what is busy is reported. */
const CALM = [
  ["load_per_cpu = 2", "load_per_cpu = 1000"],
  ["memory_used_percent = 90", "memory_used_percent = 100"],
  ["database_latency_ms = 250", "database_latency_ms = 60000"],
] as const;

const openSentinel = ({ changes = [], ...options }: ExampleOptions = {}) =>
  openExample("sentinel", { changes: [...CALM, ...changes], ...options });

/** The first run, up to its question. */
async function propose(bench: RunnerBench) {
  const waiting = await bench.run("sentinel");
  const [approval, ...others] = await bench.approvals("pending");
  if (approval === undefined) throw new Error("nothing waits for approval");
  expect(others).toEqual([]);
  return { waiting, approval, proposal: JSON.parse(approval.args_json ?? "") as Proposal };
}

function expectThisMachine(report: Report): void {
  // What lists show of an output is its beginning.
  expect(Object.keys(report)[0]).toBe("summary");
  expect(report.summary).toContain(`memory ${report.memory.usedPercent} % used`);
  expect(report.machine).toMatchObject({ hostname: hostname(), cpuCount: cpus().length });
  expect(report.memory.totalBytes).toBe(totalmem());
  expect(report.memory.usedPercent).toBeGreaterThan(0);
  expect(report.disks.map(({ path }) => path)).toEqual(["/"]);
  expect(report.disks[0]?.totalBytes).toBeGreaterThan(1_000_000);
  expect(report.database).toMatchObject({ engine: "sqlite", isHealthy: true });
  expect(report.database.sizeBytes).toBeGreaterThan(0);
  expect(report.busiestProcesses.length).toBeGreaterThan(0);
}

test("the first run has its report written, shows this machine's figures in its request, and waits", async () => {
  const bench = await openSentinel();
  const { waiting, approval, proposal } = await propose(bench);

  expect(waiting).toMatchObject({ status: "waiting", outcome: "approval_pending" });
  expect(approval).toMatchObject({
    action: "adopt_baseline",
    tool: "adopt_baseline",
    gates_json: '["adopt_baseline"]',
    auto_approve_at: null,
  });
  expect((approval.expires_at ?? 0) - approval.created_at).toBe(7 * 24 * 60 * 60 * 1000);
  expect(proposal.measured.memoryUsedPercent).toBeGreaterThan(0);
  expect(proposal.limits.memoryUsedPercent).toBeGreaterThan(proposal.measured.memoryUsedPercent);
  expect(proposal.limits.diskUsedPercent["/"]).toBeGreaterThan(proposal.measured.diskUsedPercent["/"] ?? 100);
  expect(proposal.limits).toMatchObject({ loadPerCpu: expect.any(Number), databaseLatencyMs: 60_000 });

  const file = join(bench.dir, "data", "workspaces", "sentinel", "latest-report.json");
  const report = JSON.parse(await readFile(file, "utf8")) as Report;
  expectThisMachine(report);
  expect(report.baseline.state).toBe("proposed");
  const written = (await bench.steps(waiting.id)).find(({ name }) => name === "file_write");
  expect(JSON.parse(written?.args_json ?? "").content).toBe(await readFile(file, "utf8"));
});

test("an approval ends it with the report as output, and in the file drop", async () => {
  const bench = await openSentinel();
  const { waiting, approval, proposal } = await propose(bench);
  expect((await bench.approve(approval.id)).won).toBe(true);
  const ended = await bench.runner.continueAfterApproval(approval.id);

  expect(ended).toMatchObject({ id: waiting.id, outcome: "success", error: null });
  const report = reportOf(ended);
  expectThisMachine(report);
  expect(report.baseline).toMatchObject({ state: "adopted", limits: proposal.limits });
  const dropped = await bench.store.db.selectFrom("deliveries").selectAll().execute();
  expect(dropped).toMatchObject([{ channel: "file", status: "delivered", format: "json" }]);
  expect(dropped[0]?.destination).toBe(join(bench.dir, "data/sentinel_reports"));
});

test("edited limits are the ones that hold: the next run asks nothing and says what left them", async () => {
  const bench = await openSentinel();
  const { approval, proposal } = await propose(bench);
  const limits = { ...proposal.limits, memoryUsedPercent: 0.1, diskUsedPercent: { "/": 100 } };
  await bench.approve(approval.id, { decision: { kind: "approve", args: { ...proposal, limits } } });
  const first = await bench.runner.continueAfterApproval(approval.id);
  expect(reportOf(first).baseline.limits).toEqual(limits);

  const second = await bench.run("sentinel");
  expect(second).toMatchObject({ outcome: "success", approval_id: null });
  expect(await bench.approvals("pending")).toEqual([]);
  const report = reportOf(second);
  expectThisMachine(report);
  expect(report.limitsFrom).toBe("baseline");
  expect(report.summary).toMatch(
    /^Not as it should be: memory\. Disk \/ [\d.]+ % full, memory [\d.]+ % used, /,
  );
  expect(report.findings).toEqual([
    {
      subject: "memory",
      text: `Memory: ${report.memory.usedPercent} % used, over the limit of 0.1; it was ${proposal.measured.memoryUsedPercent} in the baseline.`,
    },
  ]);
});

test("edited limits that make no sense are refused, and the request stays open", async () => {
  const bench = await openSentinel();
  const { approval, proposal } = await propose(bench);
  const limits = { ...proposal.limits, memoryUsedPercent: 180 };
  await expect(
    bench.approve(approval.id, { decision: { kind: "approve", args: { ...proposal, limits } } }),
  ).rejects.toMatchObject({ code: "tool_arguments" });
  expect(await bench.approvals("pending")).toHaveLength(1);
});

test("while the question waits, fires are run, report, and do not ask again", async () => {
  const bench = await openSentinel();
  const { waiting } = await propose(bench);
  const dueAt = bench.store.nowMs();
  for (const scheduledFor of [dueAt, dueAt + 1]) {
    const fired = await bench.run("sentinel", { trigger: "schedule", scheduledFor });
    expect(fired).toMatchObject({ outcome: "success", trigger: "schedule" });
    const report = reportOf(fired);
    expectThisMachine(report);
    expect(report.limitsFrom).toBe("HAND.toml");
    expect(report.baseline).toMatchObject({ state: "proposed", text: expect.stringContaining(waiting.id) });
  }
  expect(await bench.approvals()).toHaveLength(1);
});

test("a no is respected, said in the reports, and asked about again only when the days have passed", async () => {
  const bench = await openSentinel();
  const { approval } = await propose(bench);
  await bench.reject(approval.id, "the machine is being moved");
  const ended = await bench.runner.continueAfterApproval(approval.id);
  expect(ended).toMatchObject({ outcome: "success" });
  expect(reportOf(ended).baseline).toMatchObject({
    state: "refused",
    text: expect.stringContaining("the machine is being moved"),
  });

  const second = await bench.run("sentinel");
  expect(second.outcome).toBe("success");
  expect(reportOf(second).baseline.text).toContain("the machine is being moved");
  expect(await bench.approvals()).toHaveLength(1);

  // As if the question had been asked eight days ago.
  const query = bench.store.db.selectFrom("hand_memory").selectAll().where("key", "=", "proposal");
  const known = JSON.parse((await query.executeTakeFirstOrThrow()).value_json) as { askedAt: string };
  const askedAt = new Date(Date.parse(known.askedAt) - 8 * 24 * 60 * 60 * 1000).toISOString();
  await bench.store.transaction(async ({ db }) => {
    await db
      .updateTable("hand_memory")
      .set({ value_json: JSON.stringify({ ...known, askedAt }) })
      .where("key", "=", "proposal")
      .execute();
  });
  expect(await bench.run("sentinel")).toMatchObject({ outcome: "approval_pending" });
  expect(await bench.approvals("pending")).toHaveLength(1);
});

test("who wants a new baseline asks for one", async () => {
  const bench = await openSentinel();
  const { approval } = await propose(bench);
  await bench.reject(approval.id);
  await bench.runner.continueAfterApproval(approval.id);
  expect(await bench.run("sentinel", { input: { propose: true } })).toMatchObject({
    outcome: "approval_pending",
  });
});

test("thresholds of HAND.toml hold without a baseline", async () => {
  const bench = await openSentinel({
    changes: [
      ["disk_used_percent = 90", "disk_used_percent = 0"],
      ['disks = ["/"]', 'disks = ["/", "/no/such/disk"]'],
    ],
  });
  const { approval } = await propose(bench);
  await bench.reject(approval.id);
  const report = reportOf(await bench.runner.continueAfterApproval(approval.id));
  expect(report.summary).toContain("Not as it should be: disk /, disk /no/such/disk. Disk / ");
  expect(report.findings.map(({ text }) => text)).toEqual([
    `Disk /: ${report.disks[0]?.usedPercent} % full, over the limit of 0.`,
    expect.stringMatching(/^Disk \/no\/such\/disk could not be measured: .*ENOENT/),
  ]);
});

test("a machine that does not list its processes is reported without them", async () => {
  const bench = await openSentinel({ changes: [['optional = ["process_list"]', "optional = []"]] });
  const { waiting, approval } = await propose(bench);
  expect(toolsOf(await bench.steps(waiting.id))).toContain("process_list failed");
  await bench.approve(approval.id);
  const ended = await bench.runner.continueAfterApproval(approval.id);
  expect(ended).toMatchObject({ outcome: "success" });
  expect(reportOf(ended).busiestProcesses).toEqual([]);
});

test("a database that is not well is reported, and a refusal by the operator is no failure", async () => {
  const bench = await openSentinel({
    policy: { deny: ["adopt_baseline"], allowsAutoApprove: true, approvers: [] },
    checkDatabase: async () => ({
      engine: "sqlite",
      isHealthy: false,
      sizeBytes: null,
      latencyMs: 90_000,
      details: { error: "disk I/O error" },
    }),
  });
  const ended = await bench.run("sentinel");
  expect(ended).toMatchObject({ outcome: "success" });
  const report = reportOf(ended);
  expect(report.findings.map(({ text }) => text)).toEqual([
    "Database: 90000 ms to answer, over the limit of 60000.",
    "The database does not answer as it should.",
  ]);
  expect(report.baseline).toMatchObject({ state: "refused", text: expect.stringContaining("deny") });
});
