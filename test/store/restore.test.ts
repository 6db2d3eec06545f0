import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { isRestored, openStore, restoreStore } from "../../src/store/index.ts";
import { listKeys, remember } from "./memory-rows.ts";

let folder: string;
let file: string;
let backup: string;
const stores: Store[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-restore-"));
  file = path.join(folder, "hands.db");
  backup = path.join(folder, "backup.db");
  const store = await open();
  await store.transaction((transaction) => remember(transaction, "kept"));
  await store.backup(backup);
  await store.transaction((transaction) => remember(transaction, "later"));
  await close();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(db = file): Promise<Store> {
  const store = await openStore({ db, clock: systemClock, logger: silentLogger });
  stores.push(store);
  return store;
}
const close = () => Promise.all(stores.splice(0).map((store) => store.close()));
const restore = (isReplacing: boolean, to = file) =>
  restoreStore({ backup, path: to, isReplacing, clock: systemClock, logger: silentLogger });

test("a backup is restored into a new place, for its owner alone, and is known there as a copy", async () => {
  const elsewhere = path.join(folder, "new", "place", "hands.db");
  const bytes = readFileSync(backup);
  expect(await restore(false, elsewhere)).toBeNull();
  const store = await open(elsewhere);
  expect(await listKeys(store)).toEqual(["kept"]);
  expect(await isRestored(store)).toBe(true);
  expect(readFileSync(backup).equals(bytes)).toBe(true);
  expect(statSync(elsewhere).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(elsewhere)).mode & 0o777).toBe(0o700);
});

test("a database that is there is kept beside the restored one, each time under another name", async () => {
  await expect(restore(false)).rejects.toMatchObject({ code: "invalid_argument" });
  expect(await listKeys(await open())).toEqual(["kept", "later"]);
  await close();
  expect(await restore(true)).toBe(`${file}.replaced`);
  expect(await listKeys(await open())).toEqual(["kept"]);
  await close();
  expect(await restore(true)).toBe(`${file}.replaced-2`);
  expect(await listKeys(await open(`${file}.replaced`))).toEqual(["kept", "later"]);
});

test("a database that a process uses is not replaced", async () => {
  const store = await open();
  await expect(restore(true)).rejects.toMatchObject({
    code: "invalid_argument",
    message: expect.stringContaining("in use"),
  });
  expect(await listKeys(store)).toEqual(["kept", "later"]);
  expect(existsSync(`${file}.restoring`)).toBe(false);
});

test("a damaged database is replaced, and the journal of a dead process is never replayed into the backup", async () => {
  const dying = await open();
  await dying.transaction((transaction) => remember(transaction, "in the journal"));
  const journal = readFileSync(`${file}-wal`);
  await close();
  writeFileSync(file, readFileSync(file).fill(0xaa, 4096));
  writeFileSync(`${file}-wal`, journal);
  await restore(true);
  expect(existsSync(`${file}-wal`)).toBe(false);
  expect(await listKeys(await open())).toEqual(["kept"]);
  await close();
  rmSync(file);
  writeFileSync(`${file}-wal`, journal);
  await restore(false);
  expect(await listKeys(await open())).toEqual(["kept"]);
});

test("a damaged backup replaces nothing", async () => {
  writeFileSync(backup, readFileSync(backup).fill(0xaa, 4096 * 10));
  await expect(restore(true)).rejects.toMatchObject({ code: "store_failed" });
  rmSync(backup);
  await expect(restore(true)).rejects.toMatchObject({ message: expect.stringContaining("no backup") });
  expect(await listKeys(await open())).toEqual(["kept", "later"]);
  expect(existsSync(`${file}.restoring`)).toBe(false);
});
