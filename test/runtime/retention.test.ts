import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { KEEP_EVERYTHING, pruneStore } from "../../src/runtime/index.ts";
import { RetentionKeeper } from "../../src/runtime/retention/retention-keeper.ts";
import type { RetentionPolicy, Store } from "../../src/store/index.ts";
import {
  openStore,
  readRetentionRecord,
  takeRetentionLease,
  verifyEventChain,
} from "../../src/store/index.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { fillStore } from "../support/filled-store.ts";
import { describeEachStore } from "../support/stores.ts";

const DAY_MS = 86_400_000;
const EXECUTIONS = 120;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-retention-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** 120 executions of three hands, ended 100 days ago, each with a step and a delivery. */
const fill = (store: Store, events = 0) =>
  fillStore(store, { executions: EXECUTIONS, events, hands: 3, startAt: Date.now() - 100 * DAY_MS });

const prune = (store: Store, policy: Partial<RetentionPolicy>, isDryRun = false) =>
  pruneStore({ store, policy: { ...KEEP_EVERYTHING, ...policy }, clock: systemClock, isDryRun });

const idOf = (number: number) => `e${1_000_000_000 + number}`;

async function listIds(store: Store): Promise<readonly string[]> {
  const rows = await store.db.selectFrom("hand_executions").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}

async function countPartsOf(store: Store, ids: readonly string[]): Promise<number> {
  const steps = await store.db
    .selectFrom("execution_steps")
    .select("execution_id")
    .where("execution_id", "in", [...ids])
    .execute();
  const deliveries = await store.db
    .selectFrom("deliveries")
    .select("id")
    .where("execution_id", "in", [...ids])
    .execute();
  return steps.length + deliveries.length;
}

/** What may never go, whatever its age: each is one of the ten oldest. */
async function leaveOpenEnds(store: Store): Promise<readonly string[]> {
  await store.transaction(async ({ db }) => {
    await db
      .updateTable("hand_executions")
      .set({ status: "waiting", reason: "approval" })
      .where("id", "=", idOf(0))
      .execute();
    await db
      .updateTable("execution_steps")
      .set({ status: "unknown" })
      .where("execution_id", "=", idOf(1))
      .execute();
    await db
      .updateTable("deliveries")
      .set({ status: "retrying" })
      .where("execution_id", "=", idOf(2))
      .execute();
    await db
      .insertInto("approval_queue")
      .values({
        id: "a1",
        hand_name: "hand-0",
        execution_id: idOf(3),
        kind: "approval",
        action: "pay",
        description: "",
        context_json: "{}",
        status: "pending",
        created_at: 0,
        gates_json: "[]",
        files_json: "[]",
      })
      .execute();
    await db
      .insertInto("approval_queue")
      .values({
        id: "a2",
        hand_name: "hand-1",
        execution_id: idOf(4),
        kind: "approval",
        action: "pay",
        description: "",
        context_json: "{}",
        status: "approved",
        created_at: 0,
        gates_json: "[]",
        files_json: "[]",
      })
      .execute();
    await db
      .updateTable("hand_executions")
      .set({ completed_at: Date.now() })
      .where("id", "=", idOf(5))
      .execute();
  });
  return [0, 1, 2, 3, 5].map(idOf);
}

describeEachStore("retention", (openStore) => {
  test("what is old goes with all of its parts; what waits, is unknown, on its way, young or among the newest stays", async () => {
    const store = await openStore();
    await fill(store);
    const open = await leaveOpenEnds(store);
    const newest = Array.from({ length: 15 }, (_, index) => idOf(EXECUTIONS - 1 - index));
    const policy = { executionsMs: 90 * DAY_MS, keepNewest: 5 };
    const expected = await prune(store, policy, true);
    expect((await listIds(store)).length).toBe(EXECUTIONS);
    const removed = await prune(store, policy);
    const kept = await listIds(store);
    expect(kept).toEqual([...open, ...newest].sort());
    expect(removed).toEqual(expected);
    expect(removed).toEqual({
      hand_executions: 100,
      execution_steps: 100,
      deliveries: 100,
      approval_queue: 1,
    });
    expect(await countPartsOf(store, kept)).toBe(40);
    expect(await store.db.selectFrom("deliveries").select("id").execute()).toHaveLength(20);
    expect(await prune(store, policy)).toEqual({});
    expect(await readRetentionRecord(store)).toMatchObject({ lastRemoved: {}, totalRemoved: removed });
  });

  test("by count, each hand keeps so many, but none of the last two days goes", async () => {
    const store = await openStore();
    await fill(store);
    expect(await prune(store, { executionsPerHand: 30, keepNewest: 1 })).toMatchObject({
      hand_executions: 30,
    });
    await store.transaction(({ db }) =>
      db
        .updateTable("hand_executions")
        .set({ completed_at: Date.now() - DAY_MS })
        .execute(),
    );
    expect(await prune(store, { executionsPerHand: 10, keepNewest: 1 })).toEqual({});
  });

  test("the archive has every row that went, in files that are whole", async () => {
    const store = await openStore();
    await fill(store, 40);
    await store.transaction(({ db }) => db.updateTable("events").set({ created_at: 1 }).execute());
    const removed = await prune(store, {
      executionsMs: DAY_MS,
      eventsMs: DAY_MS,
      keepNewest: 10,
      archiveDir: folder,
    });
    const names = readdirSync(folder);
    expect(names.filter((name) => !name.endsWith(".jsonl.gz"))).toEqual([]);
    for (const name of names) expect(statSync(path.join(folder, name)).mode & 0o777, name).toBe(0o600);
    const rows = names.flatMap((name) =>
      gunzipSync(readFileSync(path.join(folder, name)))
        .toString()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { table: string; row: { id?: string } }),
    );
    const counts = Object.fromEntries(
      [...Map.groupBy(rows, ({ table }) => table)].map(([table, list]) => [table, list.length]),
    );
    expect(counts).toEqual(removed);
    expect(counts["hand_executions"]).toBe(90);
    const kept = new Set(await listIds(store));
    expect(rows.some(({ table, row }) => table === "hand_executions" && kept.has(row.id ?? ""))).toBe(false);
  });

  test("nothing is removed where the archive cannot be written", async () => {
    const store = await openStore();
    await fill(store);
    const nowhere = path.join(folder, "file");
    writeFileSync(nowhere, "");
    await expect(prune(store, { executionsMs: DAY_MS, archiveDir: nowhere })).rejects.toThrow();
    expect(await listIds(store)).toHaveLength(EXECUTIONS);
  });

  test("events go from the oldest on, in several transactions, and the chain holds", async () => {
    const store = await openStore();
    await fillStore(store, { executions: 1, events: 1_100 });
    await store.transaction(({ db }) =>
      db.updateTable("events").set({ created_at: 1 }).where("position", "<=", 1_051).execute(),
    );
    const policy = { eventsMs: DAY_MS };
    expect(await prune(store, policy, true)).toEqual({ events: 1_051 });
    expect(await prune(store, policy)).toEqual({ events: 1_051 });
    // `created_at` of audited events is part of their hash; those left are as they were sealed.
    expect(await verifyEventChain(store)).toMatchObject({ isIntact: true, eventCount: 49 });
  });

  test("deliveries go before their executions, but for those on their way and of the newest", async () => {
    const store = await openStore();
    await fill(store);
    await leaveOpenEnds(store);
    expect(await prune(store, { deliveriesMs: 30 * DAY_MS, keepNewest: 10 })).toEqual({ deliveries: 88 });
    expect(await listIds(store)).toHaveLength(EXECUTIONS);
  });

  test("versions that nothing refers to go, but the newest of a hand", async () => {
    const store = await openStore();
    await fill(store);
    await store.transaction(async ({ db }) => {
      for (const [hash, created_at] of [
        ["v1", 1],
        ["unused", 2],
        ["newest", 3],
      ] as const) {
        await db
          .insertInto("hand_versions")
          .values({ hash, hand_name: "hand-0", created_at, files_json: "[]" })
          .execute();
      }
    });
    expect(await prune(store, { versionsMs: DAY_MS })).toEqual({ hand_versions: 1 });
    const left = await store.db.selectFrom("hand_versions").select("hash").orderBy("hash").execute();
    expect(left.map(({ hash }) => hash)).toEqual(["newest", "v1"]);
  });

  test("one process prunes at a time", async () => {
    const store = await openStore();
    await fill(store);
    expect(await takeRetentionLease(store, "another")).toBe(true);
    expect(await prune(store, { executionsMs: DAY_MS })).toBeNull();
    expect(await listIds(store)).toHaveLength(EXECUTIONS);
  });

  test("without a limit nothing goes", async () => {
    const store = await openStore();
    await fill(store, 5);
    expect(await prune(store, {})).toEqual({});
    expect(await listIds(store)).toHaveLength(EXECUTIONS);
  });
});

test("a process prunes a minute after its start and every ten minutes, and tidies up its unpacked versions", async () => {
  const clock = createFakeClock(Date.now());
  const store = await openStore({ db: path.join(folder, "hands.db"), clock, logger: silentLogger });
  await fill(store);
  const [kept, gone, young] = ["a", "b", "c"].map((digit) => digit.repeat(64));
  await store.transaction(({ db }) =>
    db
      .insertInto("hand_versions")
      .values({ hash: kept ?? "", hand_name: "hand-0", created_at: 1, files_json: "[]" })
      .execute(),
  );
  const unpack = (name = "", ageMs = 0) => {
    const version = path.join(folder, "versions", name);
    mkdirSync(version, { recursive: true });
    utimesSync(version, new Date(clock.now() - ageMs), new Date(clock.now() - ageMs));
  };
  unpack(kept, 9 * DAY_MS);
  unpack(gone, 9 * DAY_MS);
  unpack(young, 0);
  unpack("not-a-version", 9 * DAY_MS);
  const policy = { ...KEEP_EVERYTHING, executionsMs: 30 * DAY_MS, keepNewest: 10, versionsMs: 7 * DAY_MS };
  const keeper = new RetentionKeeper({ store, clock, logger: silentLogger, policy, dataDir: folder });
  keeper.start();
  await clock.advance(59_000);
  expect(await listIds(store)).toHaveLength(EXECUTIONS);
  await clock.advance(1_000);
  await expect.poll(() => advanceAndCount(clock, store)).toBe(30);
  await expect
    .poll(() => readdirSync(path.join(folder, "versions")).sort())
    .toEqual([kept, young, "not-a-version"]);
  const readEnd = async () => (await readRetentionRecord(store))?.endedAt ?? 0;
  const firstEnd = await readEnd();
  await clock.advance(9 * 60_000);
  expect(await readEnd()).toBe(firstEnd);
  await clock.advance(60_000);
  await expect.poll(readEnd).toBeGreaterThan(firstEnd);
  await keeper.stop();
  await store.close();
});

/** Lets the pauses between transactions pass. */
async function advanceAndCount(clock: FakeClock, store: Store): Promise<number> {
  await clock.advance(10);
  return (await listIds(store)).length;
}
