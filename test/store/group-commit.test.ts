import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Logger } from "../../src/core/index.ts";
import { createIdSource, silentLogger, systemClock, systemRandom } from "../../src/core/index.ts";
import { ChangeFeed } from "../../src/store/change-feed.ts";
import type { StoreTransaction } from "../../src/store/index.ts";
import { runMigrations } from "../../src/store/migrations/run-migrations.ts";
import { SqliteConnection } from "../../src/store/sqlite/sqlite-connection.ts";
import { SQLITE_SCHEMA } from "../../src/store/sqlite/sqlite-language.ts";
import { SQLITE_CAPABILITIES } from "../../src/store/sqlite/sqlite-parts.ts";
import { WriteQueue } from "../../src/store/sqlite/write-queue.ts";
import { UnitContext } from "../../src/store/unit-context.ts";
import { createManualClock } from "../code/manual-clock.ts";
import { remember } from "./memory-rows.ts";
import { createRecordingLogger } from "./recording-logger.ts";

/** A real connection that notes what begins and ends transactions, and can be made to fail there. */
class WatchedConnection extends SqliteConnection {
  readonly log: string[] = [];
  readonly failures = new Map<string, Error[]>();

  override run(sql: string): void {
    const failure = this.failures.get(sql)?.shift();
    this.log.push(failure === undefined ? sql : `${sql} failed`);
    if (failure !== undefined) throw failure;
    super.run(sql);
  }
}

let folder: string;
let connection: WatchedConnection;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-queue-"));
  connection = new WatchedConnection({ path: path.join(folder, "hands.db"), isReadOnly: false });
  connection.database.pragma("journal_mode = WAL");
  await createQueue().run(({ db, nowMs }) => runMigrations({ db, dialect: SQLITE_SCHEMA, nowMs }));
  connection.log.length = 0;
});

afterEach(() => {
  connection.close();
  rmSync(folder, { recursive: true, force: true });
});

function createQueue({ clock = systemClock, logger = silentLogger as Logger } = {}): WriteQueue {
  return new WriteQueue({
    connection,
    clock,
    logger,
    random: systemRandom,
    ids: createIdSource(systemClock, systemRandom),
    capabilities: SQLITE_CAPABILITIES,
    context: new UnitContext(),
    feed: new ChangeFeed(logger),
  });
}

function createBusyError(): Error {
  const other = new SqliteConnection({ path: connection.path, isReadOnly: false });
  connection.database.exec("BEGIN IMMEDIATE");
  try {
    other.run("BEGIN IMMEDIATE");
  } catch (error) {
    if (error instanceof Error) return error;
  } finally {
    connection.database.exec("ROLLBACK");
    other.close();
  }
  throw new Error("the database was not busy");
}

function listCommitted(): unknown[] {
  const reading = new SqliteConnection({ path: connection.path, isReadOnly: true });
  try {
    return reading.database.prepare("select key from hand_memory order by key").pluck().all();
  } finally {
    reading.close();
  }
}

test("units of one turn share a commit, each in a savepoint, in the order they came", async () => {
  // However long it takes: a commit waits for no more units after some milliseconds.
  const queue = createQueue({ clock: createManualClock(0) });
  const order: string[] = [];
  const unit = (name: string, isGood = true) =>
    queue.run(async (transaction) => {
      order.push(`work ${name}`);
      transaction.onCommit(() => order.push(`committed ${name}, with ${listCommitted().join(" ")}`));
      await remember(transaction, name);
      if (!isGood) throw new Error(name);
    });
  const results = await Promise.allSettled([unit("a"), unit("b", false), unit("c")]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(order).toEqual(["work a", "work b", "work c", "committed a, with a c", "committed c, with a c"]);
  expect(connection.log).toEqual([
    "BEGIN IMMEDIATE",
    ...["SAVEPOINT unit", "RELEASE unit"],
    ...["SAVEPOINT unit", "ROLLBACK TO unit", "RELEASE unit"],
    ...["SAVEPOINT unit", "RELEASE unit"],
    "COMMIT",
  ]);
});

test("nothing resolves before the commit returned", async () => {
  const queue = createQueue();
  const log: string[] = [];
  const settled = [1, 2].map((number) =>
    queue
      .run((transaction) => remember(transaction, `${number}`))
      .then(() => log.push(connection.log.at(-1) ?? "")),
  );
  await Promise.all(settled);
  expect(log).toEqual(["COMMIT", "COMMIT"]);
});

test("a commit that fails rejects all of its units, and the next ones go on", async () => {
  // However long it takes: a commit waits for no more units after some milliseconds.
  const queue = createQueue({ clock: createManualClock(0) });
  connection.failures.set("COMMIT", [new Error("the disk is gone")]);
  const heard: string[] = [];
  const units = ["a", "b"].map((key) =>
    queue.run(async (transaction) => {
      transaction.onCommit(() => heard.push(key));
      await remember(transaction, key);
    }),
  );
  const results = await Promise.allSettled(units);
  expect(results.map((result) => result.status === "rejected" && String(result.reason))).toEqual([
    "Error: the disk is gone",
    "Error: the disk is gone",
  ]);
  expect(heard).toEqual([]);
  await queue.run((transaction) => remember(transaction, "c"));
  expect(listCommitted()).toEqual(["c"]);
});

test("a database that is busy at the begin or at the commit is tried again, the work whole", async () => {
  const queue = createQueue();
  connection.failures.set("BEGIN IMMEDIATE", [createBusyError(), createBusyError()]);
  connection.failures.set("COMMIT", [createBusyError()]);
  let attempts = 0;
  const told: number[] = [];
  await queue.run(async (transaction) => {
    attempts += 1;
    const attempt = attempts;
    transaction.onCommit(() => told.push(attempt));
    await remember(transaction, "a");
  });
  expect(attempts).toBe(2);
  expect(told).toEqual([2]);
  expect(connection.log).toEqual([
    "BEGIN IMMEDIATE failed",
    "BEGIN IMMEDIATE failed",
    "BEGIN IMMEDIATE",
    "COMMIT failed",
    "ROLLBACK",
    "BEGIN IMMEDIATE",
    "COMMIT",
  ]);
  expect(listCommitted()).toEqual(["a"]);
});

test("a database that stays busy is given up after 10 s, with the event loop free meanwhile", async () => {
  const clock = createManualClock(0);
  const queue = createQueue({ clock });
  const other = new SqliteConnection({ path: connection.path, isReadOnly: false });
  other.run("BEGIN IMMEDIATE");
  const waiting = queue.run((transaction) => remember(transaction, "a"));
  await expect.poll(() => connection.log.length).toBeGreaterThan(2);
  clock.advance(10_000);
  await expect(waiting).rejects.toMatchObject({
    code: "store_failed",
    message: /stayed locked by another process/,
  });
  other.run("ROLLBACK");
  other.close();
  await queue.run((transaction) => remember(transaction, "b"));
  expect(listCommitted()).toEqual(["b"]);
});

test("a unit that never ends is given up after 10 s, and the others go on", async () => {
  const clock = createManualClock(0);
  const logger = createRecordingLogger();
  const queue = createQueue({ clock, logger });
  let stuck: StoreTransaction | undefined;
  const never = queue.run(async (transaction) => {
    stuck = transaction;
    await remember(transaction, "never");
    await new Promise(() => {});
  });
  const next = queue.run((transaction) => remember(transaction, "next"));
  const outcome = expect(never).rejects.toMatchObject({ code: "internal", message: /given up/ });
  await expect.poll(() => clock.timerCount).toBe(1);
  for (let second = 0; second < 10; second += 1) clock.advance(1_000);
  await outcome;
  await next;
  expect(listCommitted()).toEqual(["next"]);
  expect(logger.lines[0]).toMatchObject({ level: "error", fields: { durationMs: 1_000 } });
  await expect(stuck && remember(stuck, "late")).rejects.toMatchObject({ code: "internal" });
});

test("more units than a commit may have are committed in several, in order", async () => {
  const queue = createQueue();
  const order: number[] = [];
  const count = 600;
  await Promise.all(
    Array.from({ length: count }, (_, number) =>
      queue.run(async (transaction) => {
        transaction.onCommit(() => order.push(number));
        await remember(transaction, String(number));
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: count }, (_, number) => number));
  expect(connection.log.filter((sql) => sql === "COMMIT").length).toBeGreaterThanOrEqual(3);
  expect(listCommitted()).toHaveLength(count);
});

test("a disk without room fails the unit and names the reason, and what was committed stays", async () => {
  const queue = createQueue();
  await queue.run((transaction) => remember(transaction, "small"));
  const pages = connection.readNumber("page_count");
  connection.database.pragma(`max_page_count = ${pages}`);
  const large = queue.run(async ({ db, nowMs }) => {
    await db
      .insertInto("hand_memory")
      .values({ hand_name: "scout", key: "large", value_json: "x".repeat(1_000_000), updated_at: nowMs })
      .execute();
  });
  await expect(large).rejects.toMatchObject({ code: "store_failed", message: /full/ });
  connection.database.pragma(`max_page_count = ${pages + 1_000}`);
  await queue.run((transaction) => remember(transaction, "after"));
  expect(listCommitted()).toEqual(["after", "small"]);
});
