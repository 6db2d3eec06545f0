import path from "node:path";
import Database from "better-sqlite3";
import { HandRegistry } from "../../src/index.ts";
import { makeEmptyDatabase } from "../fixtures/empty-database.ts";
import type { Stopwatch } from "../harness/timing.ts";
import { ratePerSecond, timeMs } from "../harness/timing.ts";
import type { BenchCase, Comparison, Contender } from "../harness/types.ts";

const HANDS = 100;
const LIMIT = 10;
const CALLS = 500;

/** The newest executions of one hand, however many there are. */
export const recent: BenchCase = {
  name: "recent",
  title: "Recent executions of one hand",
  list: ({ scale }) =>
    [1000, 1_000_000].map((full) => compareRecent(full === 1000 ? full : Math.max(scale(full), 10_000))),
};

export function compareRecent(executions: number, stopwatch: Stopwatch = timeMs): Comparison {
  return {
    id: `of-${executions}`,
    title: `the newest ${LIMIT} of one hand, out of ${executions.toLocaleString("en")} of ${HANDS} hands`,
    metrics: { rate: { title: "lists", unit: "/s", better: "higher" } },
    contenders: [ours(executions, stopwatch), bare(executions, stopwatch)],
    targets: [{ metric: "rate", against: "bare", advantage: 0.5 }],
    limit: "every column of a row is read, and rows become records with dates",
  };
}

function ours(executions: number, stopwatch: Stopwatch): Contender {
  return {
    id: "hands",
    title: "hands",
    role: "ours",
    async open(place) {
      const folder = place.makeFolder();
      const db = path.join(folder, "hands.db");
      await makeEmptyDatabase(db);
      fillExecutions(db, executions);
      const registry = new HandRegistry({ handsDir: folder, db });
      await registry.openStore();
      return {
        async measure() {
          const rate = await ratePerSecond(
            CALLS,
            async () => {
              for (let call = 0; call < CALLS; call += 1) {
                const found = await registry.getRecentExecutions(`hand-${call % HANDS}`, LIMIT);
                if (found.length !== LIMIT) throw new Error(`${found.length} executions were found`);
              }
            },
            stopwatch,
          );
          return { rate };
        },
        close: () => registry.close(),
      };
    },
  };
}

/** The same rows by the same index, with nothing in between. */
function bare(executions: number, stopwatch: Stopwatch): Contender {
  return {
    id: "bare",
    title: "a bare prepared statement",
    role: "floor",
    async open(place) {
      const folder = place.makeFolder();
      const file = path.join(folder, "hands.db");
      await makeEmptyDatabase(file);
      fillExecutions(file, executions);
      const db = new Database(file);
      const select = db.prepare(
        "SELECT * FROM hand_executions WHERE hand_name = ? ORDER BY created_at DESC, id DESC LIMIT ?",
      );
      return {
        async measure() {
          const rate = await ratePerSecond(
            CALLS,
            () => {
              for (let call = 0; call < CALLS; call += 1) {
                const found = select.all(`hand-${call % HANDS}`, LIMIT);
                if (found.length !== LIMIT) throw new Error(`${found.length} executions were found`);
              }
            },
            stopwatch,
          );
          return { rate };
        },
        close: async () => void db.close(),
      };
    },
  };
}

/** Ended executions a second apart, dealt out to the hands in turn. The file has its tables already. */
export function fillExecutions(file: string, executions: number, first = 0): void {
  const db = new Database(file);
  db.prepare(`
    WITH RECURSIVE numbers(n) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :first + :executions)
    INSERT INTO hand_executions (id, hand_name, trigger, status, outcome, scheduled_for, created_at, started_at, completed_at, output,
      attempt, chain_json, files_generated_json, input_tokens, output_tokens, cost_usd, reserved_cost_usd, step_count, fence, lost_leases,
      active_ms, priority, is_untrusted, version_hash)
    SELECT 'e' || (1000000000 + n), 'hand-' || (n % ${HANDS}), 'schedule', 'ended', iif(n % 7 = 0, 'failure', 'success'),
      1700000000000 + n * 1000, 1700000000000 + n * 1000, 1700000000000 + n * 1000, 1700000000500 + n * 1000,
      'What was found, number ' || n, 1, '[]', '[]', 1000, 100, 0.01, 0, 3, 1, 0, 500, 0, 0, 'v1' FROM numbers
  `).run({ first, executions });
  db.close();
}
