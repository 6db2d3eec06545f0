import { sql } from "kysely";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Logger } from "../../src/core/index.ts";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { Store, StoreChange } from "../../src/store/index.ts";
import { openStore, readPostgresSize } from "../../src/store/index.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { createTestDatabase } from "../support/postgres.ts";
import { getPostgresUrl } from "../support/shared.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { listKeys, remember } from "./memory-rows.ts";
import { createRecordingLogger } from "./recording-logger.ts";

let database: TestDatabase;
const stores: Store[] = [];

beforeAll(async () => {
  database = await createTestDatabase(await getPostgresUrl());
});

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

afterAll(async () => {
  await database?.drop();
});

async function open(db = database.url, logger: Logger = silentLogger): Promise<Store> {
  const store = await openStore({ db, clock: systemClock, logger });
  stores.push(store);
  return store;
}

async function query(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const TERMINATE_OTHERS = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

test("large numbers come as numbers here, and as the driver's texts everywhere else in the process", async () => {
  const store = await open();
  await store.transaction((transaction) => remember(transaction, "numbers"));
  const row = await store.db
    .selectFrom("hand_memory")
    .select(({ fn }) => fn.max("updated_at").as("newest"))
    .executeTakeFirst();
  expect(typeof row?.newest).toBe("number");
  expect(await query("select 5::int8 as large")).toEqual([{ large: "5" }]);
});

test("a text with a zero character, which Postgres does not have, is kept with a replacement", async () => {
  const store = await open();
  await store.transaction((transaction) => remember(transaction, "with \0 inside", "nul"));
  expect(await listKeys(store, "nul")).toEqual(["with \uFFFD inside"]);
});

test("keys are compared by their bytes, whatever the language of the database", async () => {
  await open();
  const columns = await query(`select table_name, column_name, collation_name from information_schema.columns
    where table_schema = 'public' and column_name in ('id', 'hand_name', 'execution_id', 'status', 'hash', 'key')
    and (table_name, column_name) <> ('events', 'hash')`);
  expect(columns.length).toBeGreaterThan(15);
  expect(columns.filter((column) => !JSON.stringify(column).includes('"collation_name":"C"'))).toEqual([]);
});

test("of two transactions that wait for each other, the one that was chosen to fail is run again", async () => {
  const store = await open();
  for (const key of ["a", "b"])
    await store.transaction((transaction) => remember(transaction, key, "deadlock"));
  let attempts = 0;
  const touchBoth = (keys: readonly string[]) =>
    store.transaction(async ({ db }) => {
      attempts += 1;
      for (const key of keys) {
        await db
          .updateTable("hand_memory")
          .set(({ eb }) => ({ updated_at: eb("updated_at", "+", 1) }))
          .where("hand_name", "=", "deadlock")
          .where("key", "=", key)
          .execute();
        if (key === keys[0])
          await db.selectNoFrom(({ fn, eb }) => fn("pg_sleep", [eb.val(0.2)]).as("slept")).execute();
      }
    });
  await Promise.all([touchBoth(["a", "b"]), touchBoth(["b", "a"])]);
  expect(attempts).toBe(3);
});

test("a transaction whose connection is lost before the commit is run again, whole", async () => {
  const store = await open();
  let attempts = 0;
  await store.transaction(async (transaction) => {
    attempts += 1;
    await remember(transaction, `attempt-${attempts}`, "lost");
    if (attempts === 1) await query(TERMINATE_OTHERS);
    await remember(transaction, "last", "lost");
  });
  expect(attempts).toBe(2);
  expect(await listKeys(store, "lost")).toEqual(["attempt-2", "last"]);
});

test("a connection lost during the commit is told as unknown and never repeated", async () => {
  const proxy = await startCuttingProxy(database.url);
  try {
    const store = await open(proxy.url);
    let attempts = 0;
    const writing = store.transaction(async (transaction) => {
      attempts += 1;
      await remember(transaction, "a", "unknown");
      proxy.cutAfter("COMMIT");
    });
    await expect(writing).rejects.toMatchObject({
      code: "store_failed",
      message: expect.stringContaining("during a commit"),
      details: { isCommitUnknown: true },
    });
    expect(attempts).toBe(1);
    await store.transaction((transaction) => remember(transaction, "b", "unknown"));
    expect(await listKeys(store, "unknown")).toContain("b");
    await store.close();
  } finally {
    await proxy.close();
  }
});

test("listening goes on after its connection was lost, and says that something may have been missed", async () => {
  const listening = await open();
  const writing = await open();
  const heard: StoreChange[] = [];
  listening.onChange((change) => heard.push(change));
  await query(TERMINATE_OTHERS);
  await expect.poll(() => heard).toContainEqual({ origin: "foreign", topics: null });
  await writing.transaction(async (transaction) => {
    await remember(transaction, "news", "listening");
    transaction.notify({ kind: "hand", handName: "listening" });
  });
  await expect
    .poll(() => heard)
    .toContainEqual({ origin: "foreign", topics: [{ kind: "hand", handName: "listening" }] });
});

test("more topics than a message holds arrive as several messages, each topic once", async () => {
  const listening = await open();
  const writing = await open();
  const heard: StoreChange[] = [];
  listening.onChange((change) => heard.push(change));
  const names = Array.from({ length: 300 }, (_, number) => `hand-with-a-long-name-${number}`);
  await writing.transaction(async (transaction) => {
    for (const handName of names) transaction.notify({ kind: "hand", handName });
  });
  const topics = () => heard.flatMap((change) => change.topics ?? []);
  await expect.poll(topics).toEqual(names.map((handName) => ({ kind: "hand", handName })));
  expect(heard.length).toBeGreaterThan(1);
});

test("the news of every commit reach others, those of the last before it closes", async () => {
  const listening = await open();
  const writing = await open();
  const heard: StoreChange[] = [];
  listening.onChange((change) => heard.push(change));
  const names = Array.from({ length: 40 }, (_, number) => `hand-${number}`);
  await Promise.all(
    names.map((handName) =>
      writing.transaction(async (transaction) => transaction.notify({ kind: "hand", handName })),
    ),
  );
  await writing.close();
  const topics = () => heard.flatMap((change) => change.topics ?? []);
  await expect.poll(() => topics().length).toBe(names.length);
});

test("what somebody waits for is told in the commit itself, so that it cannot be lost with its process", async () => {
  const listening = await open();
  const proxy = await startCuttingProxy(database.url);
  try {
    const writing = await open(proxy.url);
    const heard: StoreChange[] = [];
    listening.onChange((change) => heard.push(change));
    await writing.transaction(async (transaction) => {
      await remember(transaction, "cancel", "heard");
      transaction.notify({ kind: "cancel", executionId: "one" });
      transaction.notify({ kind: "hand", handName: "heard" });
      transaction.onCommit(() => proxy.cut());
    });
    const topics = () => heard.flatMap((change) => change.topics ?? []);
    await expect.poll(topics).toEqual([{ kind: "cancel", executionId: "one" }]);
    await writing.close();
  } finally {
    await proxy.close();
  }
});

test("a table that changes under prepared statements changes what they give, and fails nobody", async () => {
  const store = await open();
  await store.transaction((transaction) => remember(transaction, "row", "prepared"));
  const read = () =>
    Promise.all(
      Array.from({ length: 20 }, () =>
        store.db.selectFrom("hand_memory").selectAll().where("hand_name", "=", "prepared").execute(),
      ),
    );
  for (let time = 0; time < 3; time += 1) await read();
  await query("alter table hand_memory add column colour text default 'green'");
  try {
    for (const rows of await read()) expect(rows).toEqual([expect.objectContaining({ colour: "green" })]);
    const inUnit = await store.transaction(({ db }) =>
      db.selectFrom("hand_memory").selectAll().where("hand_name", "=", "prepared").execute(),
    );
    expect(inUnit).toHaveLength(1);
  } finally {
    await query("alter table hand_memory drop column colour");
  }
});

test("a statement that comes again is prepared once in each connection", async () => {
  const store = await open();
  const count = () =>
    store.transaction(async ({ db }) => {
      const { rows } = await sql`
        select name from pg_prepared_statements where statement like '%pg_prepared_statements%'
      `.execute(db);
      return rows.length;
    });
  // The first time it is run as it is, the second time it is prepared, and then used again.
  expect([await count(), await count(), await count()]).toEqual([0, 1, 1]);
});

test("a query that nobody awaited and that fails takes its transaction with it, loudly", async () => {
  const store = await open();
  await store.transaction((transaction) => remember(transaction, "taken", "unawaited"));
  const careless = store.transaction(async (transaction) => {
    await remember(transaction, "other", "unawaited");
    remember(transaction, "taken", "unawaited").catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
  });
  await expect(careless).rejects.toMatchObject({ code: expect.stringMatching(/internal|store_failed/) });
  expect(await listKeys(store, "unawaited")).toEqual(["taken"]);
});

test("a server that is not there is named, without the password", async () => {
  const opening = open("postgres://someone:secret-word@127.0.0.1:1/hands");
  await expect(opening).rejects.toMatchObject({
    code: "store_failed",
    message: expect.stringMatching(/127\.0\.0\.1:1\/hands cannot be reached/),
  });
  await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining("secret-word") });
});

test("a wrong password is an error of the configuration, at once", async () => {
  const url = new URL(database.url);
  url.password = "wrong-word";
  await expect(open(url.href)).rejects.toMatchObject({
    code: "store_failed",
    message: expect.not.stringContaining("wrong-word"),
  });
});

test("a backup is left to Postgres' own means", async () => {
  const store = await open();
  await expect(store.backup("/tmp/copy")).rejects.toMatchObject({
    code: "invalid_argument",
    hint: expect.stringContaining("pg_dump"),
  });
});

test("it says how large its database is, which even empty has megabytes", async () => {
  const sizeBytes = await readPostgresSize(await open());
  expect(sizeBytes).toBeGreaterThan(5_000_000);
  expect(sizeBytes).toBeLessThan(100_000_000);
});

test("a closed store leaves no connection behind and logs nothing", async () => {
  const logger = createRecordingLogger();
  const store = await open(database.url, logger);
  await Promise.all(Array.from({ length: 5 }, () => store.transaction(async ({ nowMs }) => nowMs)));
  await store.close();
  const count = "select count(*)::int as count from pg_stat_activity where datname = current_database()";
  await expect.poll(() => query(count)).toEqual([{ count: 1 }]);
  expect(logger.lines).toEqual([]);
});
