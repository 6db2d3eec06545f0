import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { HandScheduler } from "../../src/scheduler/index.ts";
import { countOpenExecutions } from "../../src/store/index.ts";
import { createTestProject } from "../registry/hands-folder.ts";
import { openRegistry } from "../registry/open-registry.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { openRunnerBench } from "../support/runner-bench.ts";

const handCount = 1000 * Number(process.env["HANDS_LOAD"] ?? "1");
/** Seconds of virtual time: 3600 is an hour. */
const seconds = Number(process.env["HANDS_LOAD_SECONDS"] ?? "60");

test("a thousand hands that fire every second of virtual time: each fire has one row, which ran and succeeded", {
  timeout: 86_400_000,
}, async () => {
  const project = createTestProject();
  const clock = createFakeClock(Date.parse("2026-01-05T12:00:00.500Z"));
  for (let number = 0; number < handCount; number += 1) {
    project.writeHand(`hand-${number}`, 'schedule = { cron = "* * * * * *" }');
  }
  const registry = openRegistry(project, { clock });
  await registry.loadAll();
  const store = await registry.openStore();
  const { runner } = await openRunnerBench({
    store,
    clock,
    hands: registry,
    dir: project.path(),
    replies: () => ({ text: "All is well." }),
  });
  const scheduler = new HandScheduler(registry, {
    startExecution: (transaction, request) => runner.startExecution(transaction, request),
    clock,
  });
  await runner.start();
  await scheduler.start();
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  for (let second = 0; second < seconds; second += 1) {
    await clock.advance(1000);
    // Time stands still until all that fired has run.
    while ((await countOpenExecutions(store)).length > 0) await wait(2);
  }
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  await scheduler.stop();
  await runner.stop();
  const rows = await store.db
    .selectFrom("hand_executions")
    .select(["hand_name", "scheduled_for", "outcome", "error"])
    .execute();
  expect(rows.filter(({ outcome }) => outcome !== "success").slice(0, 3)).toEqual([]);
  expect(new Set(rows.map((row) => `${row.hand_name} ${row.scheduled_for}`)).size).toBe(rows.length);
  expect(rows.length).toBe(handCount * seconds);
  const aSecond = Math.round(rows.length / (tookMs / 1000));
  const cpuMsEach = (user + system) / 1000 / rows.length;
  process.stdout.write(`${JSON.stringify({ handCount, seconds, rows: rows.length, aSecond, cpuMsEach })}\n`);
});
