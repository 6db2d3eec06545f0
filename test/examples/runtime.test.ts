import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { createColors } from "picocolors";
import { expect, onTestFinished, test } from "vitest";
import { formatLoaded } from "../../src/cli/format-loaded.ts";
import { createRuntime, loadProjectConfig } from "../../src/runtime/index.ts";
import { listPendingApprovals, listSteps } from "../../src/store/index.ts";
import { EXAMPLE_NAMES, EXAMPLES_DIR } from "./example-bench.ts";

/** The examples as they are packaged, in a process of their own project, with nothing configured. */
async function startExamples() {
  const dir = await mkdtemp(join(tmpdir(), "hands-examples-"));
  const { config } = await loadProjectConfig({ flags: { hands: EXAMPLES_DIR }, environment: {}, cwd: dir });
  const runtime = await createRuntime({ config, environment: {} });
  onTestFinished(async () => {
    await runtime.stop();
    await rm(dir, { recursive: true, force: true });
  });
  await runtime.start();
  return { dir, runtime };
}

test("the examples are loaded as they are packaged, the scheduled ones with their next fire", async () => {
  const { runtime } = await startExamples();
  const problems = [...runtime.registry.getProblems()].flatMap(([name, found]) =>
    found.map(({ severity, code }) => `${name} ${severity} ${code}`),
  );
  // Loading runs no code, so whether a hand's own tool performs its gate's action is not known yet.
  const unexpected = problems.filter(
    (problem) => !/ warning (model_not_configured|unchecked)$/.test(problem),
  );
  expect(unexpected).toEqual([]);
  expect(problems).toEqual(
    expect.arrayContaining(["briefing warning model_not_configured", "sentinel warning unchecked"]),
  );
  const entries = await runtime.registry.listEntries();
  expect(entries.map(({ name }) => name)).toEqual(EXAMPLE_NAMES);
  // What needs to be told something first is disabled; the rest runs as it is.
  expect(
    Object.fromEntries(entries.filter(({ enabled }) => enabled).map(({ name, status }) => [name, status])),
  ).toEqual({
    briefing: "scheduled",
    "database-health": "scheduled",
    "folder-inbox": "scheduled",
    "research-brief": "idle",
    sentinel: "scheduled",
  });
  const nextRunAt = Date.parse(entries.find(({ name }) => name === "sentinel")?.nextRunAt ?? "");
  expect(nextRunAt - runtime.store.nowMs()).toBeLessThanOrEqual(5 * 60_000);
});

test("the start warns of what an enabled hand lacks, and leaves the disabled ones in peace", async () => {
  const { runtime } = await startExamples();
  const stream = { isTerminal: false, colors: createColors(false), columns: 100, write: () => undefined };
  const text = formatLoaded(stream, {
    title: "hands",
    handsDir: "hands",
    database: "hands.db",
    configPath: null,
    flags: "",
    hands: await runtime.registry.listEntries(),
    strays: [],
    nowMs: runtime.store.nowMs(),
  });
  const warned = [...text.matchAll(/([\w-]+)\/HAND\.toml:.*warning\[(\w+)\]/g)].map(
    ([, name, code]) => `${name} ${code}`,
  );
  expect(warned).toEqual(["briefing model_not_configured", "research-brief model_not_configured"]);
});

test("the sentinel triggered once has its report written, waits, and ends with it when it is approved", async () => {
  const { dir, runtime } = await startExamples();
  const id = await runtime.runner.trigger("sentinel");
  const read = async () => await runtime.runner.getExecution(id);
  await expect.poll(async () => (await read()).outcome, { timeout: 15_000 }).toBe("approval_pending");

  const steps = await listSteps(runtime.store, id);
  const stats = JSON.parse(steps.find(({ name }) => name === "system_stats")?.result_json ?? "{}");
  expect(stats.memory.totalBytes).toBe(totalmem());
  const written = await readFile(join(dir, "data/workspaces/sentinel/latest-report.json"), "utf8");
  expect(JSON.parse(written).database).toMatchObject({ engine: "sqlite", isHealthy: true });

  const [approval, ...others] = await listPendingApprovals(runtime.store, runtime.store.nowMs());
  expect(others).toEqual([]);
  const decision = { decision: { kind: "approve" }, by: "ann", via: "cli", note: null } as const;
  expect(await runtime.runner.decide({ approvalId: approval?.id ?? "", ...decision })).toMatchObject({
    won: true,
  });
  await expect.poll(async () => (await read()).outcome, { timeout: 15_000 }).toBe("success");
  expect(JSON.parse((await read()).output).memory.totalBytes).toBe(totalmem());

  const drop = join(dir, "data", "sentinel_reports");
  await expect.poll(async () => await readdir(drop).catch(() => [])).toHaveLength(1);
  const [file = ""] = await readdir(drop);
  expect(await readFile(join(drop, file), "utf8")).toContain('"state": "adopted"');
});
