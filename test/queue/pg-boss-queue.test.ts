import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { WakeUp, WorkQueue } from "../../src/queue/index.ts";
import { createWorkQueue } from "../../src/queue/index.ts";
import type { Store } from "../../src/store/index.ts";
import { openStore } from "../../src/store/index.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { getPostgresUrl } from "../support/shared.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openDatabase(): Promise<string> {
  const database = await createTestDatabase(await getPostgresUrl());
  closers.push(() => database.drop());
  return database.url;
}

async function openProcess(db: string): Promise<{ readonly store: Store; readonly queue: WorkQueue }> {
  const store = await openStore({ db, clock: systemClock, logger: silentLogger });
  closers.push(() => store.close());
  const queue = await createWorkQueue({ db, store, clock: systemClock, logger: silentLogger });
  closers.push(() => queue.close());
  return { store, queue };
}

const send = (store: Store, queue: WorkQueue, ...wakeUps: readonly WakeUp[]) =>
  store.transaction(async (transaction) => {
    for (const wakeUp of wakeUps) await queue.send(transaction, wakeUp);
  });

async function countJobs(url: string): Promise<readonly { state: string; count: number }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      "select state::text, count(*)::int as count from hands_queue.job where name = 'wake-ups' group by 1",
    );
    return rows;
  } finally {
    await client.end();
  }
}

describe("the queue of many processes", () => {
  test("what one process sends in a transaction, another hears once it has committed, and never what was rolled back", async () => {
    const db = await openDatabase();
    // At once, on an empty database: one of them makes the queue.
    const [sender, worker, other] = await Promise.all([openProcess(db), openProcess(db), openProcess(db)]);
    const heard: WakeUp[] = [];
    for (const { queue } of [worker, other]) await queue.listen((wakeUp) => void heard.push(wakeUp));
    await expect(
      sender.store.transaction(async (transaction) => {
        await sender.queue.send(transaction, { executionId: "lost", priority: 0 });
        throw new Error("rolled back");
      }),
    ).rejects.toThrow("rolled back");
    const wanted = Array.from({ length: 25 }, (_, index) => ({ executionId: `e${index}`, priority: 0 }));
    await send(sender.store, sender.queue, ...wanted);
    await expect.poll(() => heard.length, { timeout: 15_000 }).toBe(25);
    expect(new Set(heard.map(({ executionId }) => executionId))).toEqual(
      new Set(wanted.map(({ executionId }) => executionId)),
    );
    await expect.poll(() => countJobs(db), { timeout: 15_000 }).toEqual([{ state: "completed", count: 25 }]);
  });

  test("the urgent go first, and a process without room leaves the rest to others", async () => {
    const db = await openDatabase();
    const { store, queue } = await openProcess(db);
    const full = await openProcess(db);
    const scheduled = Array.from({ length: 15 }, (_, index) => ({ executionId: `e${index}`, priority: 0 }));
    await send(store, queue, ...scheduled, { executionId: "human", priority: 10 });
    const kept: string[] = [];
    await full.queue.listen(({ executionId }) => {
      kept.push(executionId);
      return new Promise(() => {});
    });
    await expect.poll(() => kept.length, { timeout: 15_000 }).toBe(10);
    expect(kept[0]).toBe("human");
    const heard: string[] = [];
    await queue.listen(({ executionId }) => void heard.push(executionId));
    await expect.poll(() => heard.length, { timeout: 15_000 }).toBe(6);
    expect(kept).toHaveLength(10);
  });

  test("after the stop nothing is handed over, sending goes on, and what was sent waits for the next listener", async () => {
    const db = await openDatabase();
    const { store, queue } = await openProcess(db);
    const heard: string[] = [];
    await queue.listen(({ executionId }) => void heard.push(executionId));
    await queue.stop();
    await send(store, queue, { executionId: "later", priority: 0 });
    expect(heard).toEqual([]);
    await queue.listen(({ executionId }) => void heard.push(executionId));
    await expect.poll(() => heard, { timeout: 15_000 }).toEqual(["later"]);
  });

  test("behind a pool in transaction mode the queue is polled", async () => {
    const db = `${await openDatabase()}?hands_listen=false`;
    const [sender, worker] = [await openProcess(db), await openProcess(db)];
    const heard: string[] = [];
    await worker.queue.listen(({ executionId }) => void heard.push(executionId));
    let foreignCount = 0;
    worker.store.onChange(({ origin }) => {
      if (origin === "foreign") foreignCount += 1;
    });
    await send(sender.store, sender.queue, { executionId: "a", priority: 0 });
    await expect.poll(() => heard, { timeout: 15_000 }).toEqual(["a"]);
    await expect.poll(() => foreignCount, { timeout: 15_000 }).toBeGreaterThan(0);
    const client = new pg.Client({ connectionString: db.replace("?hands_listen=false", "") });
    await client.connect();
    const { rows } = await client.query(
      "select count(*)::int as count from pg_stat_activity where datname = current_database() and query ilike 'listen %'",
    );
    await client.end();
    expect(rows).toEqual([{ count: 0 }]);
  });
});
