import path from "node:path";
import Database from "better-sqlite3";
import { HandRegistry } from "../../src/index.ts";
import { findPython, runPython } from "../harness/python.ts";
import type { Stopwatch } from "../harness/timing.ts";
import { ratePerSecond, timeMs } from "../harness/timing.ts";
import type { BenchCase, Comparison, Contender, Metric } from "../harness/types.ts";

/** The four things that are done with records all day. */
export const records: BenchCase = {
  name: "records",
  title: "Logging executions; creating, listing and resolving approvals",
  list: ({ scale }) => [compareRecords(scale(2000)), compareTogether(scale(5000))],
};

const AT_ONCE = 64;
const OUTPUT = "x".repeat(200);
const LIST_CALLS = 100;

const METRICS: Readonly<Record<string, Metric>> = {
  log: { title: "executions logged", unit: "/s", better: "higher" },
  create: { title: "approvals created", unit: "/s", better: "higher" },
  list: { title: "lists of all pending approvals", unit: "/s", better: "higher" },
  resolve: { title: "approvals resolved", unit: "/s", better: "higher" },
};

export function compareRecords(count: number): Comparison {
  return {
    id: "one-by-one",
    title: `${count} of each, one after the other, each committed and synchronised`,
    metrics: METRICS,
    contenders: [ours(count), bare(count), seed(count)],
    targets: Object.keys(METRICS).flatMap((metric) => [
      { metric, against: "bare", advantage: 0.5 },
      { metric, against: "seed", advantage: 8 },
    ]),
    limit:
      "a bare statement writes one row; ours also writes the audited event and the hand's counters in the same commit, and goes through the event loop once",
  };
}

/** What comes in one turn of the event loop shares a commit, as from many executions at once. */
export function compareTogether(count: number, stopwatch: Stopwatch = timeMs): Comparison {
  return {
    id: "together",
    title: `${count} executions logged, ${AT_ONCE} callers at once`,
    metrics: { log: METRICS["log"] as Metric },
    contenders: [oursTogether(count, stopwatch), bareLog(count, stopwatch), seed(count)],
    targets: [
      { metric: "log", against: "bare", advantage: 0.5 },
      { metric: "log", against: "seed", advantage: 8 },
    ],
    limit:
      "each execution is three statements in a savepoint of its own: its row, its event and the counters of its hand; commits are shared",
  };
}

async function openRegistry(folder: string): Promise<HandRegistry> {
  const registry = new HandRegistry({ handsDir: folder, db: path.join(folder, "hands.db") });
  await registry.openStore();
  return registry;
}

function logOne(registry: HandRegistry): Promise<string> {
  return registry.logExecution({
    handName: "oracle",
    trigger: "schedule",
    outcome: "success",
    output: OUTPUT,
    startedAt: new Date(),
  });
}

function ours(count: number): Contender {
  return {
    id: "hands",
    title: "hands",
    role: "ours",
    async open(place) {
      return {
        async measure() {
          await using registry = await openRegistry(place.makeFolder());
          const log = await ratePerSecond(count, async () => {
            for (let index = 0; index < count; index += 1) await logOne(registry);
          });
          const ids: string[] = [];
          const create = await ratePerSecond(count, async () => {
            for (let index = 0; index < count; index += 1) {
              const { id } = await registry.createApproval({
                handName: "oracle",
                action: "send_payment",
                description: "Pay an invoice",
                context: { amount: index },
              });
              ids.push(id);
            }
          });
          const list = await ratePerSecond(LIST_CALLS, async () => {
            for (let index = 0; index < LIST_CALLS; index += 1) {
              assertCount((await registry.getPendingApprovals()).length, count);
            }
          });
          const resolve = await ratePerSecond(count, async () => {
            for (const id of ids) await registry.resolveApproval(id, true, "ann");
          });
          return { log, create, list, resolve };
        },
      };
    },
  };
}

function oursTogether(count: number, stopwatch: Stopwatch): Contender {
  return {
    id: "hands",
    title: "hands",
    role: "ours",
    async open(place) {
      return {
        async measure() {
          await using registry = await openRegistry(place.makeFolder());
          const log = await ratePerSecond(
            count,
            async () => {
              const callers = Array.from({ length: AT_ONCE }, async (_, caller) => {
                for (let index = caller; index < count; index += AT_ONCE) await logOne(registry);
              });
              await Promise.all(callers);
            },
            stopwatch,
          );
          return { log };
        },
      };
    },
  };
}

function openBare(folder: string): Database.Database {
  const db = new Database(path.join(folder, "bare.db"));
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec(`
    CREATE TABLE hand_executions (id TEXT PRIMARY KEY, hand_name TEXT, trigger TEXT, started_at INTEGER, completed_at INTEGER,
      outcome TEXT, output TEXT, error TEXT, approval_id TEXT);
    CREATE TABLE approval_queue (id TEXT PRIMARY KEY, hand_name TEXT, action TEXT, description TEXT, context_json TEXT, status TEXT,
      created_at INTEGER, resolved_at INTEGER, resolved_by TEXT);
    CREATE INDEX pending ON approval_queue (status, created_at);
  `);
  return db;
}

function prepareLog(db: Database.Database): (index: number) => void {
  const insert = db.prepare(
    "INSERT INTO hand_executions VALUES (?, 'oracle', 'schedule', ?, ?, 'success', ?, NULL, NULL)",
  );
  return (index) => void insert.run(`execution-${index}`, Date.now(), Date.now(), OUTPUT);
}

function bareLog(count: number, stopwatch: Stopwatch): Contender {
  return {
    id: "bare",
    title: "a bare prepared statement",
    role: "floor",
    async open(place) {
      return {
        async measure() {
          const db = openBare(place.makeFolder());
          const log = prepareLog(db);
          const rate = await ratePerSecond(
            count,
            () => {
              for (let index = 0; index < count; index += 1) log(index);
            },
            stopwatch,
          );
          db.close();
          return { log: rate };
        },
      };
    },
  };
}

function bare(count: number): Contender {
  return {
    id: "bare",
    title: "bare prepared statements",
    role: "floor",
    async open(place) {
      return {
        async measure() {
          const db = openBare(place.makeFolder());
          const repeat = (times: number, work: (index: number) => void) =>
            ratePerSecond(times, () => {
              for (let index = 0; index < times; index += 1) work(index);
            });
          const insert = db.prepare(
            "INSERT INTO approval_queue VALUES (?, 'oracle', 'send_payment', 'Pay an invoice', ?, 'pending', ?, NULL, NULL)",
          );
          const select = db.prepare(
            "SELECT * FROM approval_queue WHERE status = 'pending' ORDER BY created_at DESC",
          );
          const update = db.prepare(
            "UPDATE approval_queue SET status = 'approved', resolved_at = ?, resolved_by = 'ann' WHERE id = ? AND status = 'pending'",
          );
          const log = await repeat(count, prepareLog(db));
          const create = await repeat(
            count,
            (index) => void insert.run(`approval-${index}`, JSON.stringify({ amount: index }), Date.now()),
          );
          const list = await repeat(LIST_CALLS, () => assertCount(select.all().length, count));
          const resolve = await repeat(count, (index) => void update.run(Date.now(), `approval-${index}`));
          db.close();
          return { log, create, list, resolve };
        },
      };
    },
  };
}

function seed(count: number): Contender {
  return {
    id: "seed",
    title: "the first version's way: connect, execute, commit",
    role: "seed",
    async open(place) {
      const python = await findPython(["sqlite3"]);
      return {
        measure: () =>
          runPython(python, "seed_store.py", [path.join(place.makeFolder(), "seed.db"), String(count)]),
      };
    },
  };
}

function assertCount(found: number, expected: number): void {
  if (found !== expected) throw new Error(`${found} approvals are pending, not ${expected}`);
}
