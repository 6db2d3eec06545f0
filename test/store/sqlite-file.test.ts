import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger, systemClock, systemRandom } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { openStore } from "../../src/store/index.ts";
import { openWritingConnection } from "../../src/store/sqlite/open-writing-connection.ts";
import { listKeys, remember } from "./memory-rows.ts";

let folder: string;
let file: string;
const stores: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-file-"));
  file = path.join(folder, "data", "hands.db");
});

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(
  db = file,
  options: { readOnly?: boolean; logger?: typeof silentLogger } = {},
): Promise<Store> {
  const store = await openStore({ db, clock: systemClock, logger: silentLogger, ...options });
  stores.push(store);
  return store;
}

const readMode = (place: string) => (statSync(place).mode & 0o777).toString(8);

test("the file, what lies beside it and its folder are for their owner alone", async () => {
  const store = await open();
  await store.transaction((transaction) => remember(transaction, "a"));
  expect(readMode(path.dirname(file))).toBe("700");
  for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(readMode(name), name).toBe("600");
});

test("a commit is on the disk when it returns: WAL with synchronous FULL", async () => {
  const connection = await openWritingConnection({ path: file, clock: systemClock, random: systemRandom });
  expect(connection.database.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(connection.readNumber("synchronous")).toBe(2);
  connection.close();
});

test("opening again changes nothing", async () => {
  await open();
  const readSchema = () => {
    const database = new BetterSqlite3(file, { readonly: true });
    try {
      return [
        database.prepare("select sql from sqlite_schema order by name").all(),
        database.prepare("select * from schema_migrations").all(),
      ];
    } finally {
      database.close();
    }
  };
  const before = readSchema();
  await open();
  expect(readSchema()).toEqual(before);
});

test("a database of a newer program is refused, for writing and for reading", async () => {
  await (await open()).close();
  const database = new BetterSqlite3(file);
  database.exec(
    "insert into schema_migrations (number, name, applied_at) values (999, 'from the future', 0)",
  );
  database.close();
  await expect(open()).rejects.toMatchObject({ code: "store_too_new", details: { current: 999 } });
  await expect(open(file, { readOnly: true })).rejects.toMatchObject({ code: "store_too_new" });
});

test("a file that is no database is refused by its name and left as it is", async () => {
  mkdirSync(path.dirname(file));
  const text = "this is a diary\n".repeat(1_000);
  writeFileSync(file, text);
  await expect(open()).rejects.toMatchObject({
    code: "store_failed",
    message: expect.stringContaining(`${file} is not a database`),
    hint: expect.stringContaining("backup"),
  });
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("a damaged database says so by its name", async () => {
  const store = await open();
  for (let number = 0; number < 200; number += 1) {
    await store.transaction((transaction) => remember(transaction, `${number}-${"x".repeat(400)}`));
  }
  await store.close();
  const bytes = readFileSync(file);
  bytes.fill(0xaa, 4_096);
  writeFileSync(file, bytes);
  const reading = async () => listKeys(await open());
  await expect(reading()).rejects.toMatchObject({
    code: "store_failed",
    message: expect.stringMatching(/hands\.db is damaged/),
    hint: expect.stringContaining("backup"),
  });
});

test("a place where no file can be made is named", async () => {
  writeFileSync(path.join(folder, "data"), "a file where a folder should be");
  await expect(open()).rejects.toMatchObject({
    code: "store_failed",
    message: expect.stringContaining(file),
  });
});

test.skipIf(process.getuid?.() === 0)("a file without permission to write is named", async () => {
  await (await open()).close();
  chmodSync(file, 0o400);
  await expect(open()).rejects.toMatchObject({
    code: "store_failed",
    message: expect.stringContaining(file),
  });
});

test("a store for reading sees what others commit and writes nothing", async () => {
  const writing = await open();
  await writing.transaction((transaction) => remember(transaction, "a"));
  const reading = await open(file, { readOnly: true });
  expect(await listKeys(reading)).toEqual(["a"]);
  const noticed = new Promise((resolve) => reading.onChange(resolve));
  await writing.transaction((transaction) => remember(transaction, "b"));
  expect(await noticed).toEqual({ origin: "foreign", topics: null });
  expect(await listKeys(reading)).toEqual(["a", "b"]);
  await expect(reading.transaction(async () => {})).rejects.toMatchObject({ code: "store_failed" });
});

test("a store for reading opens a file that nobody else has open", async () => {
  const writing = await open();
  await writing.transaction((transaction) => remember(transaction, "a"));
  await writing.close();
  expect(await listKeys(await open(file, { readOnly: true }))).toEqual(["a"]);
});

test("a store for reading makes no file, and says how to get one", async () => {
  await expect(open(file, { readOnly: true })).rejects.toMatchObject({
    code: "store_failed",
    hint: expect.stringContaining("hands up"),
  });
  expect(existsSync(path.dirname(file))).toBe(false);
});

test("a store for reading refuses a file without our tables", async () => {
  const empty = path.join(folder, "empty.db");
  writeFileSync(empty, "");
  await expect(open(empty, { readOnly: true })).rejects.toMatchObject({
    message: expect.stringContaining("is empty"),
  });
});

test("a backup made while others write is whole, checked, and for its owner alone", async () => {
  const store = await open();
  const padding = "x".repeat(2_000);
  const write = (number: number) =>
    store.transaction(async (transaction) => {
      await remember(transaction, `${number}-a`);
      await remember(transaction, `${number}-b-${padding}`);
    });
  for (let number = 0; number < 500; number += 1) await write(number);
  const copy = path.join(folder, "copy.db");
  let isCopying = true;
  const copying = store.backup(copy).finally(() => {
    isCopying = false;
  });
  let written = 500;
  while (isCopying) await write(written++);
  await copying;
  expect(written).toBeGreaterThan(500);
  expect(readMode(copy)).toBe("600");
  expect(existsSync(`${copy}.partial`)).toBe(false);
  const keys = await listKeys(await open(copy, { readOnly: true }));
  const count = keys.length / 2;
  expect(count).toBeGreaterThanOrEqual(500);
  expect(keys.filter((key) => key.endsWith("-a"))).toHaveLength(count);
});

test("a backup overwrites nothing", async () => {
  const store = await open();
  const copy = path.join(folder, "copy.db");
  writeFileSync(copy, "precious");
  await expect(store.backup(copy)).rejects.toMatchObject({ code: "invalid_argument" });
  expect(readFileSync(copy, "utf8")).toBe("precious");
  const nowhere = path.join(folder, "missing", "copy.db");
  await expect(store.backup(nowhere)).rejects.toMatchObject({ code: "store_failed" });
});

test("a database in memory reads what is committed and nothing else, and can be backed up", async () => {
  const store = await open(":memory:");
  const writing = store.transaction(async (transaction) => {
    await remember(transaction, "a");
    await new Promise((resolve) => setTimeout(resolve, 20));
    throw new Error("no");
  });
  const reading = new Promise<void>((resolve) => setTimeout(resolve, 5)).then(() => listKeys(store));
  await expect(writing).rejects.toThrow("no");
  expect(await reading).toEqual([]);
  await store.transaction((transaction) => remember(transaction, "b"));
  await expect(store.db.deleteFrom("hand_memory").execute()).rejects.toMatchObject({ code: "internal" });
  const copy = path.join(folder, "copy.db");
  await store.backup(copy);
  expect(await listKeys(await open(copy))).toEqual(["b"]);
});

test("an address of another kind of database is refused", async () => {
  await expect(open("mysql://localhost/hands")).rejects.toMatchObject({ code: "invalid_argument" });
  await expect(open("sqlite:")).rejects.toMatchObject({ code: "invalid_argument" });
  expect(await listKeys(await open(`sqlite:${file}`))).toEqual([]);
});
