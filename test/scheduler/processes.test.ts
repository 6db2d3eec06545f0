import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { createTestProject } from "../registry/hands-folder.ts";
import { openRegistry } from "../registry/open-registry.ts";
import { findChildProgram } from "../support/shared.ts";
import { describeEachStore } from "../support/stores.ts";
import { createScheduler } from "./start-scheduler.ts";

const CHILD = await findChildProgram("scheduler/scheduler-child");
const HAND_COUNT = 10;
const SECOND = 1000;

const children = new Set<ChildProcess>();

afterEach(async () => {
  await Promise.all([...children].map(kill));
});

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** Every instant that a hand's rows stand for, in order, with repetitions. */
function coverInstants(
  rows: readonly { readonly scheduled_for: number | null; readonly coalesced_json: string | null }[],
): readonly number[] {
  return rows.flatMap(({ scheduled_for, coalesced_json }) => {
    if (scheduled_for === null) return [];
    const count = coalesced_json === null ? 1 : (JSON.parse(coalesced_json) as { count: number }).count;
    return Array.from({ length: count }, (_, index) => scheduled_for + index * SECOND);
  });
}

test("4 processes on one file, killed again and again while hands fire every second: each due fire has exactly one row", {
  timeout: 90_000,
}, async () => {
  const project = createTestProject();
  for (let index = 0; index < HAND_COUNT; index += 1) {
    project.writeHand(`hand-${index}`, "schedule = { interval = 1 }");
  }
  const registry = openRegistry(project);
  await registry.loadAll();
  const store = await registry.openStore();
  const start = async () => {
    const child = spawn(process.execPath, [CHILD, project.path("hands"), project.path("data", "hands.db")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.add(child);
    await once(child.stdout, "data");
  };
  await Promise.all([start(), start(), start(), start()]);
  let killCount = 0;
  const countRows = async () => (await registry.getRecentExecutions(undefined, 1000)).length;
  for (
    const endsAt = Date.now() + 8000;
    Date.now() < endsAt || killCount < 4 || (await countRows()) < HAND_COUNT * 5;
    killCount += 1
  ) {
    await sleep(100 + Math.random() * 400);
    const victims = [...children];
    const victim = victims[Math.floor(Math.random() * victims.length)];
    if (victim !== undefined) await kill(victim);
    await start();
  }
  await Promise.all([...children].map(kill));

  const states = await store.db.selectFrom("hand_states").selectAll().execute();
  expect(states).toHaveLength(HAND_COUNT);
  for (const { hand_name, anchor_at, next_run_at } of states) {
    const rows = await store.db
      .selectFrom("hand_executions")
      .select(["scheduled_for", "coalesced_json"])
      .where("hand_name", "=", hand_name)
      .orderBy("scheduled_for")
      .execute();
    const covered = coverInstants(rows);
    // Counted from the first load, and due from the first scheduler on.
    const first = covered[0] ?? 0;
    expect((first - (anchor_at ?? 0)) % SECOND).toBe(0);
    const expected = Array.from(
      { length: ((next_run_at ?? 0) - first) / SECOND },
      (_, index) => first + index * SECOND,
    );
    expect(expected.length).toBeGreaterThan(3);
    expect(covered, hand_name).toEqual(expected);
  }
});

describeEachStore("several schedulers on one store", (openStore) => {
  test("each fire happens once, and on time", async () => {
    const project = createTestProject();
    for (let index = 0; index < HAND_COUNT; index += 1) {
      project.writeHand(`hand-${index}`, "schedule = { interval = 1 }");
    }
    const stores = await Promise.all([openStore(), openStore(), openStore()]);
    const schedulers = stores.map((store) => createScheduler(openRegistry(project, { store })));
    await Promise.all(schedulers.map((scheduler) => scheduler.start()));
    await sleep(3500);
    await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
    const [store] = stores;
    if (store === undefined) throw new Error("no store");
    const rows = await store.db
      .selectFrom("hand_executions")
      .select(["hand_name", "scheduled_for", "created_at", "outcome"])
      .execute();
    expect(rows.length).toBeGreaterThanOrEqual(HAND_COUNT * 3);
    expect(new Set(rows.map((row) => `${row.hand_name} ${row.scheduled_for}`)).size).toBe(rows.length);
    for (const row of rows) expect(row.created_at - (row.scheduled_for ?? 0)).toBeLessThan(10_000);
  });
});
