import { randomFillSync } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HandsError, silentLogger, systemClock } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { openStore } from "../../src/store/index.ts";
import { assertSound } from "../../src/store/sqlite/assert-sound.ts";
import { SqliteConnection } from "../../src/store/sqlite/sqlite-connection.ts";
import { fc } from "../support/properties.ts";
import { listKeys, remember } from "./memory-rows.ts";

const PAGE = 4096;
const COMMITS = 40;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-damage-"));
  file = path.join(folder, "hands.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (db = file): Promise<Store> =>
  openStore({ db, clock: systemClock, logger: silentLogger, isChecked: true });

const name = (number: number) => `${String(number).padStart(3, "0")}-${"x".repeat(400)}`;

/** Commits rows one by one, and copies the files as a power cut would leave them, with everything still in the journal. */
async function commitAndCut(): Promise<Buffer> {
  await (await open()).close();
  const store = await open();
  for (let number = 0; number < COMMITS; number += 1) {
    await store.transaction((transaction) => remember(transaction, name(number)));
  }
  copyFileSync(file, `${file}.cut`);
  const journal = readFileSync(`${file}-wal`);
  await store.close();
  return journal;
}

/** What a start finds of the rows, with this journal beside the file of before. */
async function readAfterCut(journal: Uint8Array): Promise<readonly string[]> {
  const cut = path.join(folder, "after-cut.db");
  copyFileSync(`${file}.cut`, cut);
  writeFileSync(`${cut}-wal`, journal);
  rmSync(`${cut}-shm`, { force: true });
  const store = await open(cut);
  try {
    return await listKeys(store);
  } finally {
    await store.close();
  }
}

test("after a power cut everything that had committed is there, and of a torn journal everything up to the tear", async () => {
  const journal = await commitAndCut();
  const whole = Array.from({ length: COMMITS }, (_, number) => name(number));
  expect(await readAfterCut(journal)).toEqual(whole);
  const checkPrefix = async (damaged: Uint8Array) => {
    const found = await readAfterCut(damaged);
    expect(found).toEqual(whole.slice(0, found.length));
    return found.length;
  };
  const places = fc.integer({ min: 0, max: journal.length - 1 });
  const counts: number[] = [];
  await fc.assert(
    fc.asyncProperty(places, async (place) => {
      counts.push(await checkPrefix(journal.subarray(0, place)));
    }),
    { numRuns: 20 },
  );
  await fc.assert(
    fc.asyncProperty(places, fc.integer({ min: 1, max: 255 }), async (place, flip) => {
      const damaged = Buffer.from(journal);
      damaged[place] = (damaged[place] ?? 0) ^ flip;
      counts.push(await checkPrefix(damaged));
    }),
    { numRuns: 20 },
  );
  expect(Math.max(...counts)).toBeGreaterThan(Math.min(...counts));
}, 60_000);

async function writeDatabase(): Promise<number> {
  const store = await open();
  for (let number = 0; number < 300; number += 1) {
    await store.transaction((transaction) => remember(transaction, name(number)));
  }
  await store.close();
  return readFileSync(file).length / PAGE;
}

const DAMAGES: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  "without its beginning": (bytes) => bytes.fill(0, 0, 100),
  "cut in the middle": (bytes) => bytes.subarray(0, PAGE * Math.floor(bytes.length / PAGE / 2)),
  "cut inside a page": (bytes) => bytes.subarray(0, bytes.length - PAGE * 3 - 1000),
  "with pages of zeros": (bytes) => bytes.fill(0, PAGE * 40),
  "with pages of noise": (bytes) => {
    randomFillSync(bytes, PAGE * 40);
    return bytes;
  },
};

test.each(Object.entries(DAMAGES))(
  "a database %s is told at the start, with the way back, and left as it is",
  async (_damage, spoil) => {
    expect(await writeDatabase()).toBeGreaterThan(60);
    const damaged = Buffer.from(spoil(readFileSync(file)));
    writeFileSync(file, damaged);
    await expect(open()).rejects.toMatchObject({
      code: "store_failed",
      message: expect.stringMatching(/hands\.db is (damaged|not a database)/),
      hint: expect.stringContaining("hands restore BACKUP --replace"),
    });
    expect(readFileSync(file).equals(damaged)).toBe(true);
  },
);

test("a database with changed bytes is served or told, and nothing else", async () => {
  const pages = await writeDatabase();
  const sound = readFileSync(file);
  let toldCount = 0;
  const flips = fc.array(fc.tuple(fc.nat(pages * PAGE - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 200,
  });
  await fc.assert(
    fc.asyncProperty(flips, async (places) => {
      const bytes = Buffer.from(sound);
      for (const [place, flip] of places) bytes[place] = (bytes[place] ?? 0) ^ flip;
      for (const side of ["-wal", "-shm"]) rmSync(file + side, { force: true });
      writeFileSync(file, bytes);
      try {
        const store = await open();
        try {
          await listKeys(store);
        } finally {
          await store.close();
        }
      } catch (error) {
        expect(error).toBeInstanceOf(HandsError);
        expect(error).toMatchObject({ code: expect.stringMatching(/^store_/) });
        toldCount += 1;
      }
    }),
    { numRuns: 30 },
  );
  expect(toldCount).toBeGreaterThan(0);
}, 60_000);

test("of a file that is large the tables that decide what may run are looked at", async () => {
  await writeDatabase();
  const connection = new SqliteConnection({ path: file, isReadOnly: false });
  const root = connection.database
    .prepare("select rootpage from sqlite_schema where name = 'approval_queue'")
    .pluck()
    .get();
  assertSound(connection, 0);
  connection.close();
  const bytes = readFileSync(file);
  bytes.fill(0xaa, PAGE * (Number(root) - 1), PAGE * Number(root));
  writeFileSync(file, bytes);
  const damaged = new SqliteConnection({ path: file, isReadOnly: true });
  expect(() => assertSound(damaged, 0)).toThrow(/damaged|malformed/);
  damaged.close();
});
