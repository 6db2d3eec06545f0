import { setTimeout as wait } from "node:timers/promises";
import { sql } from "kysely";
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
    remembers: 1,
    maxConcurrent: 1000,
  });
  const scheduler = new HandScheduler(registry, {
    startExecution: (transaction, request) => runner.startExecution(transaction, request),
    clock,
  });
  await runner.start();
  await scheduler.start();
  const startedMs = performance.now();
  const cpuBefore = process.cpuUsage();
  /** After the first second, in the middle, and at the end. */
  const heapMb: number[] = [];
  for (let second = 0; second < seconds; second += 1) {
    await clock.advance(1000);
    // Time stands still until all that fired has run.
    while ((await countOpenExecutions(store)).length > 0) await wait(2);
    if (second === 0 || second + 1 === Math.ceil(seconds / 2) || second + 1 === seconds)
      heapMb.push(measureHeap());
  }
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  await scheduler.stop();
  await runner.stop();
  // An hour of them would fill the memory: they are counted where they are.
  const { count, ended, fires, hands } = await store.db
    .selectFrom("hand_executions")
    .select(({ fn }) => [
      fn.countAll<number>().as("count"),
      sql<number>`count(*) filter (where status = 'ended' and outcome = 'success')`.as("ended"),
      sql<number>`count(distinct scheduled_for)`.as("fires"),
      sql<number>`count(distinct hand_name)`.as("hands"),
    ])
    .executeTakeFirstOrThrow();
  const twice = await store.db
    .selectFrom("hand_executions")
    .select(["hand_name", "scheduled_for"])
    .groupBy(["hand_name", "scheduled_for"])
    .having(({ fn }) => fn.countAll(), ">", 1)
    .limit(3)
    .execute();
  expect(twice).toEqual([]);
  expect({ count, ended, fires, hands }).toEqual({
    count: handCount * seconds,
    ended: handCount * seconds,
    fires: seconds,
    hands: handCount,
  });
  const aSecond = Math.round(count / (tookMs / 1000));
  const cpuMsEach = (user + system) / 1000 / count;
  process.stdout.write(
    `${JSON.stringify({ handCount, seconds, rows: count, aSecond, cpuMsEach, heapMb })}\n`,
  );
});

/** In megabytes, without garbage where it can be had collected. */
function measureHeap(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1e6);
}
