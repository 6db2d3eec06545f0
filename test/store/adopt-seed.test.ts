import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { openStore, readEvents, sealEvents } from "../../src/store/index.ts";
import { createRecordingLogger } from "./recording-logger.ts";

/** As the seed made its tables. */
const SEED_SCHEMA = `
  CREATE TABLE hands (name TEXT PRIMARY KEY, config_json TEXT NOT NULL, enabled INTEGER DEFAULT 1, loaded_at TEXT);
  CREATE TABLE hand_executions (
    id TEXT PRIMARY KEY, hand_name TEXT NOT NULL, trigger TEXT NOT NULL, started_at TEXT NOT NULL,
    completed_at TEXT, outcome TEXT NOT NULL, output TEXT, error TEXT, approval_id TEXT
  );
  CREATE TABLE approval_queue (
    id TEXT PRIMARY KEY, hand_name TEXT NOT NULL, action TEXT NOT NULL, description TEXT, context_json TEXT,
    status TEXT DEFAULT 'pending', created_at TEXT NOT NULL, expires_at TEXT, resolved_at TEXT, resolved_by TEXT
  );
  CREATE INDEX hand_executions_recent ON hand_executions(hand_name, started_at);
`;

const EXECUTIONS = [
  [
    "e1",
    "oracle",
    "schedule",
    "2026-02-22T07:00:00.123456+00:00",
    "2026-02-22T07:01:00+00:00",
    "success",
    "fine",
    null,
    null,
  ],
  ["e2", "oracle", "manual", "2026-02-22T09:00:00+02:00", null, "failure", "", "boom", null],
  [
    "e3",
    "oracle",
    "schedule",
    "2026-02-23T07:00:00",
    "2026-02-23T07:00:05",
    "approval_pending",
    null,
    null,
    "a1",
  ],
  ["e4", "scout", "schedule", "yesterday", "2026-02-23T08:00:00Z", "timeout", "", null, null],
  ["e5", "oracle", "schedule", "2026-02-24T07:00:00Z", null, "skipped", "", null, null],
] as const;
const APPROVALS = [
  [
    "a1",
    "oracle",
    "broadcast",
    "Post it",
    '{"text":"hi"}',
    "pending",
    "2026-02-23T07:00:04",
    null,
    null,
    null,
  ],
  [
    "a2",
    "oracle",
    "broadcast",
    "Old",
    "{}",
    "pending",
    "2026-02-01T07:00:00Z",
    "2026-02-02T07:00:00Z",
    null,
    null,
  ],
  [
    "a3",
    "oracle",
    "pay",
    "Paid",
    "not json",
    "approved",
    "2026-02-01T07:00:00Z",
    null,
    "2026-02-01T08:00:00Z",
    "api",
  ],
  ["a4", "oracle", "pay", null, null, "postponed", "2026-02-01T07:00:00Z", null, null, null],
] as const;

let folder: string;
let file: string;
let store: Store | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-seed-"));
  file = path.join(folder, "hands.db");
  const database = new BetterSqlite3(file);
  database.exec(SEED_SCHEMA);
  const config = JSON.stringify({ name: "oracle", hand_dir: "hands/oracle" });
  database.prepare("INSERT INTO hands VALUES (?, ?, ?, ?)").run("oracle", config, 1, "2026-02-22T06:59:00");
  for (const row of EXECUTIONS) {
    database.prepare("INSERT INTO hand_executions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").run(...row);
  }
  for (const row of APPROVALS) {
    database.prepare("INSERT INTO approval_queue VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(...row);
  }
  database.close();
});

afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function open(logger = createRecordingLogger()): Promise<Store> {
  store = await openStore({ db: file, clock: systemClock, logger });
  return store;
}

test("executions keep what they say, their instants in milliseconds, and have all ended", async () => {
  const { db } = await open();
  const rows = await db
    .selectFrom("hand_executions")
    .select(["id", "status", "outcome", "started_at", "completed_at", "created_at", "output", "error"])
    .orderBy("id")
    .execute();
  const at = (iso: string) => Date.parse(iso);
  expect(rows).toEqual([
    {
      id: "e1",
      status: "ended",
      outcome: "success",
      started_at: at("2026-02-22T07:00:00.123Z"),
      completed_at: at("2026-02-22T07:01:00Z"),
      created_at: at("2026-02-22T07:00:00.123Z"),
      output: "fine",
      error: null,
    },
    {
      id: "e2",
      status: "ended",
      outcome: "failure",
      started_at: at("2026-02-22T07:00:00Z"),
      completed_at: null,
      created_at: at("2026-02-22T07:00:00Z"),
      output: "",
      error: "boom",
    },
    {
      id: "e3",
      status: "ended",
      outcome: "failure",
      started_at: at("2026-02-23T07:00:00Z"),
      completed_at: at("2026-02-23T07:00:05Z"),
      created_at: at("2026-02-23T07:00:00Z"),
      output: "",
      error: expect.stringContaining("waited for an approval"),
    },
    {
      id: "e4",
      status: "ended",
      outcome: "timeout",
      started_at: null,
      completed_at: at("2026-02-23T08:00:00Z"),
      created_at: at("2026-02-23T08:00:00Z"),
      output: "",
      error: null,
    },
    expect.objectContaining({ id: "e5", status: "ended", outcome: "skipped" }),
  ]);
});

test("requests keep their decisions, and open ones are closed because nothing could carry them on", async () => {
  const { db } = await open();
  const rows = await db
    .selectFrom("approval_queue")
    .select(["id", "execution_id", "status", "context_json", "description", "resolved_by", "note"])
    .orderBy("id")
    .execute();
  expect(rows).toEqual([
    {
      id: "a1",
      execution_id: "e3",
      status: "cancelled",
      context_json: '{"text":"hi"}',
      description: "Post it",
      resolved_by: "runtime",
      note: expect.stringContaining("could not be carried on"),
    },
    expect.objectContaining({ id: "a2", execution_id: null, status: "expired", resolved_by: "runtime" }),
    expect.objectContaining({
      id: "a3",
      status: "approved",
      resolved_by: "api",
      context_json: '"not json"',
      note: null,
    }),
    expect.objectContaining({
      id: "a4",
      status: "cancelled",
      description: "",
      note: expect.stringContaining("postponed"),
    }),
  ]);
});

test("hands are in the index, with the counters that their executions tell", async () => {
  const { db } = await open();
  expect(await db.selectFrom("hands").selectAll().execute()).toMatchObject([
    { name: "oracle", enabled: 1, hand_dir: "hands/oracle", loaded_at: Date.parse("2026-02-22T06:59:00Z") },
  ]);
  expect(await db.selectFrom("hand_states").selectAll().execute()).toMatchObject([
    {
      hand_name: "oracle",
      run_count: 3,
      success_count: 1,
      failure_count: 2,
      last_run_at: Date.parse("2026-02-23T07:00:00Z"),
    },
  ]);
});

test("the original is kept beside it, for its owner alone, and an instant that cannot be read is reported", async () => {
  const logger = createRecordingLogger();
  await open(logger);
  const copy = `${file}.seed-backup`;
  expect((statSync(copy).mode & 0o777).toString(8)).toBe("600");
  const original = new BetterSqlite3(copy, { readonly: true });
  expect(original.prepare("SELECT id, started_at FROM hand_executions ORDER BY id").raw().all()).toEqual(
    EXECUTIONS.map(([id, , , startedAt]) => [id, startedAt]),
  );
  expect(original.prepare("SELECT count(*) FROM approval_queue").pluck().get()).toBe(APPROVALS.length);
  original.close();
  expect(logger.lines.filter(({ level }) => level === "warn")).toEqual([
    {
      level: "warn",
      message: expect.stringContaining("cannot be read"),
      fields: { table: "hand_executions", key: "e4", column: "started_at", value: "yesterday" },
    },
  ]);
  expect(logger.lines.at(-1)).toMatchObject({
    level: "info",
    fields: { hands: 1, executions: 5, approvals: 4, unreadableInstants: 1 },
  });
});

test("it is converted once, and the record says so", async () => {
  await (await open()).close();
  const again = await open();
  await sealEvents(again);
  const events = await readEvents(again, { afterPosition: 0, limit: 10 });
  expect(events.map(({ type }) => type)).toEqual(["store.adopted"]);
  expect(await again.db.selectFrom("hand_executions").select("id").execute()).toHaveLength(EXECUTIONS.length);
  expect(readdirSync(folder).filter((name) => name.includes("seed-backup"))).toEqual([
    "hands.db.seed-backup",
  ]);
});

test("who only reads is told to convert it first, and changes nothing", async () => {
  const opening = openStore({
    db: file,
    clock: systemClock,
    logger: createRecordingLogger(),
    readOnly: true,
  });
  await expect(opening).rejects.toMatchObject({
    code: "store_failed",
    message: expect.stringContaining("not been converted"),
    hint: expect.stringContaining("hands up"),
  });
  expect(readdirSync(folder)).toEqual(["hands.db"]);
});

test("a conversion that fails leaves the seed's tables as they were", async () => {
  const database = new BetterSqlite3(file);
  database.exec("CREATE TABLE events (something TEXT)");
  database.close();
  await expect(open()).rejects.toMatchObject({ code: "store_failed" });
  const after = new BetterSqlite3(file, { readonly: true });
  expect(after.prepare("SELECT count(*) FROM hand_executions").pluck().get()).toBe(EXECUTIONS.length);
  expect(after.prepare("SELECT started_at FROM hand_executions WHERE id = 'e3'").pluck().get()).toBe(
    "2026-02-23T07:00:00",
  );
  after.close();
});
