import { existsSync, statSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import type { Store } from "../../src/index.ts";
import { openStore, silentLogger, systemClock } from "../../src/index.ts";
import { findNextDueAt, listDueHands, pageExecutions, pageSteps } from "../../src/store/index.ts";
import { makeEmptyDatabase } from "../fixtures/empty-database.ts";
import { createConfig, openRuntime, writeHand } from "../fixtures/runtime.ts";
import { timeMs } from "../harness/timing.ts";
import type { BenchCase, BenchPlace, Comparison, Contender, Sample } from "../harness/types.ts";
import { compareHandCounts } from "./hand-growth.ts";
import { compareQueues } from "./queue-growth.ts";
import { fillExecutions } from "./recent.ts";

const CALLS = 200;
/** An index is a few levels deeper for a thousand times the rows, and its pages are less likely to be in memory. */
const FLAT = 1 / 3;

/** What becomes slower as there is more, and how much room a step takes. */
export const growth: BenchCase = {
  name: "growth",
  title: "How cost grows",
  list: ({ scale }) => [
    compareHandCounts(scale(10_000), 100, [10, scale(1000)]),
    compareDueScan(scale(100_000)),
    compareQueues(scale(10_000), 100),
    comparePages(scale(10_000_000)),
    compareStepPages(scale(10_000)),
    compareStepBytes(scale(5)),
  ],
};

function compareDueScan(hands: number): Comparison {
  return {
    id: "due-scan",
    title: `looking for what is due, ${hands.toLocaleString("en")} hands against 10`,
    metrics: { us: { title: "one look", unit: "µs", better: "lower" } },
    contenders: [
      sized(
        "hands",
        `of ${hands.toLocaleString("en")} hands`,
        "ours",
        (file) => fillStates(file, hands),
        lookForDue,
      ),
      sized("few", "of 10 hands", "floor", (file) => fillStates(file, 10), lookForDue),
    ],
    targets: [{ metric: "us", against: "few", advantage: FLAT }],
  };
}

function comparePages(executions: number): Comparison {
  return {
    id: "pages",
    title: `a page of 50 executions, of ${executions.toLocaleString("en")} against 1,000`,
    metrics: {
      us: { title: "the first page", unit: "µs", better: "lower" },
      middle: { title: "a page in the middle", unit: "µs", better: "lower" },
    },
    contenders: [
      sized(
        "hands",
        `of ${executions.toLocaleString("en")}`,
        "ours",
        (file) => fillExecutions(file, executions),
        (store) => readPages(store, executions),
      ),
      sized(
        "few",
        "of 1,000",
        "floor",
        (file) => fillExecutions(file, 1000),
        (store) => readPages(store, 1000),
      ),
    ],
    targets: [
      { metric: "us", against: "few", advantage: FLAT },
      { metric: "middle", against: "few", advantage: FLAT },
    ],
  };
}

function sized(
  id: string,
  title: string,
  role: Contender["role"],
  fill: (file: string) => void,
  measure: (store: Store) => Promise<Sample>,
): Contender {
  return {
    id,
    title,
    role,
    async open(place) {
      const file = path.join(place.makeFolder(), "hands.db");
      await makeEmptyDatabase(file);
      fill(file);
      const store = await openStore({ db: file, clock: systemClock, logger: silentLogger });
      return { measure: () => measure(store), close: () => store.close() };
    },
  };
}

function fillStates(file: string, hands: number): void {
  const db = new Database(file);
  db.prepare(`
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :hands)
    INSERT INTO hand_states (hand_name, status, run_count, success_count, failure_count, is_paused, next_run_at, due_at)
    SELECT 'hand-' || n, 'scheduled', 0, 0, 0, 0, 4000000000000 + n, 4000000000000 + n FROM numbers
  `).run({ hands });
  db.close();
}

async function lookForDue(store: Store): Promise<Sample> {
  const total = await timeMs(async () => {
    for (let call = 0; call < CALLS; call += 1) {
      const nowMs = store.nowMs();
      const due = await listDueHands(store, nowMs);
      const next = await findNextDueAt(store, nowMs);
      if (due.length !== 0 || next !== 4_000_000_000_000) throw new Error("what is due was not found");
    }
  });
  return { us: (total * 1000) / CALLS };
}

async function readPages(store: Store, executions: number): Promise<Sample> {
  const middle = Math.floor(executions / 2);
  const place = { createdAt: 1_700_000_000_000 + middle * 1000, id: `e${1_000_000_000 + middle}` };
  const read = async (after: typeof place | null) =>
    await timeMs(async () => {
      for (let call = 0; call < CALLS; call += 1) {
        const rows = await pageExecutions(store, {}, { after, limit: 50 });
        if (rows.length !== 50) throw new Error(`a page has ${rows.length} rows`);
      }
    });
  return { us: ((await read(null)) * 1000) / CALLS, middle: ((await read(place)) * 1000) / CALLS };
}

function compareStepPages(steps: number): Comparison {
  return {
    id: "step-pages",
    title: `50 steps of an execution, of ${steps.toLocaleString("en")} against 100`,
    metrics: {
      us: { title: "the first ones", unit: "µs", better: "lower" },
      last: { title: "the last ones", unit: "µs", better: "lower" },
    },
    contenders: [
      sized(
        "hands",
        `of ${steps.toLocaleString("en")}`,
        "ours",
        (file) => fillSteps(file, steps),
        (store) => readStepPages(store, steps),
      ),
      sized(
        "few",
        "of 100",
        "floor",
        (file) => fillSteps(file, 100),
        (store) => readStepPages(store, 100),
      ),
    ],
    targets: [
      { metric: "us", against: "few", advantage: FLAT },
      { metric: "last", against: "few", advantage: FLAT },
    ],
  };
}

/** One execution with so many steps. */
function fillSteps(file: string, steps: number): void {
  fillExecutions(file, 1);
  const db = new Database(file);
  db.prepare(`
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :steps)
    INSERT INTO execution_steps (execution_id, step_index, kind, name, effect, status, args_json, result_json, attempt, created_at, started_at,
      completed_at, result_order, input_tokens, output_tokens, is_untrusted)
    SELECT 'e1000000000', n, 'tool', 'note', 'read', 'done', '{"number":' || n || '}', '{"number":' || n || '}', 1, 1700000000000 + n, 1700000000000 + n,
      1700000000000 + n, n, 0, 0, 0 FROM numbers
  `).run({ steps });
  db.close();
}

async function readStepPages(store: Store, steps: number): Promise<Sample> {
  const read = async (fromIndex: number) =>
    await timeMs(async () => {
      for (let call = 0; call < CALLS; call += 1) {
        const rows = await pageSteps(store, "e1000000000", { fromIndex, limit: 50 });
        if (rows.length !== 50) throw new Error(`a page has ${rows.length} steps`);
      }
    });
  return { us: ((await read(0)) * 1000) / CALLS, last: ((await read(steps - 50)) * 1000) / CALLS };
}

/** The database's file grows by so much for each step, against the arguments and results that the steps carry. */
function compareStepBytes(executions: number): Comparison {
  const steps = 100;
  const payload = "x".repeat(2000);
  const payloadBytes = JSON.stringify({ number: 0, payload }).length + JSON.stringify({ payload }).length;
  return {
    id: "step-bytes",
    title: `the journal's size, a tool step that takes and gives 2 kB`,
    rounds: 1,
    warmups: 0,
    metrics: { bytes: { title: "a step", unit: "bytes", better: "lower" } },
    contenders: [
      {
        id: "hands",
        title: "in the database, the model's reply with it",
        role: "ours",
        open: async (place) => ({ measure: () => measureStepBytes(place, executions, steps, payload) }),
      },
      {
        id: "payload",
        title: "arguments and result alone",
        role: "floor",
        open: async () => ({ measure: async () => ({ bytes: payloadBytes }) }),
      },
    ],
    targets: [{ metric: "bytes", against: "payload", advantage: 1 / 1.5 }],
    limit:
      "arguments and result are kept once each; a provider that wants its own reply back, signatures and all, has it kept beside them",
  };
}

async function measureStepBytes(
  place: BenchPlace,
  executions: number,
  steps: number,
  payload: string,
): Promise<Sample> {
  const config = createConfig(place.makeFolder());
  writeHand(config.handsDir, "worker", {
    "HAND.toml": `[hand]\nname = "worker"\ndescription = "Takes steps"\n\n[tools]\nrequired = ["note"]\n\n[limits]\nmax_steps = 1000\n`,
    "SYSTEM.md": "Call note until you are done.",
  });
  /** Grows the database's file by so many bytes; what was in its log is in it when the runtime has stopped. */
  const run = async (count: number) => {
    const before = existsSync(config.db) ? statSync(config.db).size : 0;
    const runtime = await openRuntime(config, { steps, payload });
    await runtime.registry.loadAll();
    for (let execution = 0; execution < count; execution += 1)
      await runtime.runner.runHere(await runtime.runner.trigger("worker"));
    await runtime.stop();
    return statSync(config.db).size - before;
  };
  await run(1);
  return { bytes: (await run(executions)) / (executions * steps) };
}
