import { expect, test } from "vitest";
import { assertReadable } from "../../src/store/migrations/assert-readable.ts";
import type { Migration } from "../../src/store/migrations/migration.ts";
import { MIGRATIONS, readSchemaNumber, runMigrations } from "../../src/store/migrations/run-migrations.ts";
import { POSTGRES_SCHEMA } from "../../src/store/postgres/postgres-language.ts";
import { SQLITE_SCHEMA } from "../../src/store/sqlite/sqlite-language.ts";
import { describeEachStore } from "../support/stores.ts";
import { listKeys, remember } from "./memory-rows.ts";
import { createRecordingLogger } from "./recording-logger.ts";

const NEWEST = MIGRATIONS.at(-1)?.number ?? 0;
const NEXT: Migration = {
  number: NEWEST + 1,
  name: "next",
  async up({ schema }) {
    await schema.alterTable("hand_memory").addColumn("colour", "text").execute();
  },
};
const BROKEN: Migration = {
  number: NEWEST + 2,
  name: "broken",
  async up({ schema }) {
    await schema.createTable("half_made").addColumn("id", "integer").execute();
    throw new Error("broken migration");
  },
};

test("migrations are numbered upwards from 1, each number once", () => {
  const numbers = MIGRATIONS.map(({ number }) => number);
  expect(numbers[0]).toBe(1);
  expect(numbers).toEqual([...new Set(numbers)].sort((left, right) => left - right));
});

describeEachStore("migrations", (openStore, { kind }) => {
  const dialect = kind === "sqlite" ? SQLITE_SCHEMA : POSTGRES_SCHEMA;

  test("running them again does nothing", async () => {
    const store = await openStore();
    const again = await store.transaction(({ db, nowMs }) => runMigrations({ db, dialect, nowMs }));
    expect(again).toEqual([]);
  });

  test("a newer program adds its own and keeps what is there; then the older one refuses", async () => {
    const store = await openStore();
    await store.transaction((transaction) => remember(transaction, "a"));
    const migrations = [...MIGRATIONS, NEXT];
    const ran = await store.transaction(({ db, nowMs }) => runMigrations({ db, dialect, nowMs, migrations }));
    expect(ran).toEqual([NEXT.number]);
    expect(await readSchemaNumber(store.db, dialect)).toBe(NEXT.number);
    expect(await listKeys(store)).toEqual(["a"]);
    await expect(openStore()).rejects.toMatchObject({ code: "store_too_new" });
  });

  test("one that fails takes the others of its run back", async () => {
    const store = await openStore();
    const migrations = [...MIGRATIONS, NEXT, BROKEN];
    const running = store.transaction(({ db, nowMs }) => runMigrations({ db, dialect, nowMs, migrations }));
    await expect(running).rejects.toThrow("broken migration");
    expect(await readSchemaNumber(store.db, dialect)).toBe(NEWEST);
    expect(await dialect.listTables(store.db)).not.toContain("half_made");
  });

  test("who only reads is warned of an older schema", async () => {
    const store = await openStore();
    const logger = createRecordingLogger();
    const readable = { db: store.db, dialect, name: "it", logger };
    await assertReadable(readable);
    expect(logger.lines).toEqual([]);
    await assertReadable({ ...readable, migrations: [...MIGRATIONS, NEXT] });
    expect(logger.lines).toMatchObject([{ level: "warn", fields: { current: NEWEST, newest: NEXT.number } }]);
  });

  test("a store for reading writes nothing", async () => {
    await expect(openStore({ readOnly: true })).rejects.toMatchObject({ code: "store_failed" });
    const writing = await openStore();
    await writing.transaction((transaction) => remember(transaction, "a"));
    const reading = await openStore({ readOnly: true });
    expect(await listKeys(reading)).toEqual(["a"]);
    await expect(reading.transaction(async () => {})).rejects.toMatchObject({
      code: "store_failed",
      message: /reading only/,
    });
  });
});
