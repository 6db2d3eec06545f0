import path from "node:path";
import { openPostgres } from "../fixtures/postgres.ts";
import { startProgram } from "../fixtures/program.ts";
import { createConfig, openRuntime, writeHand } from "../fixtures/runtime.ts";
import type { BenchCase, Comparison, Contender } from "../harness/types.ts";

/** How much several processes on one Postgres get done. */
export const throughput: BenchCase = {
  name: "throughput",
  title: "Executions on Postgres",
  list: ({ scale }) => [
    compareSlowModel(scale(300)),
    ...[1, 2, 4].map((processes) => compareThroughput(processes, scale(1000))),
  ],
};

const AT_ONCE = 50;
const HANDS = 100;

/** Where models take their time, processes add up. */
function compareSlowModel(count: number): Comparison {
  const slow = { answerAfterMs: 1000, atOnce: 10 };
  return {
    id: "slow-model",
    title: `${count} executions whose model answers after a second, 10 at once in each process`,
    rounds: 3,
    warmups: 0,
    metrics: { rate: { title: "executions", unit: "/s", better: "higher" } },
    contenders: [
      ours(2, count, { ...slow, title: "hands, two processes" }),
      { ...ours(1, count, { ...slow, title: "hands, one process" }), id: "one-process", role: "floor" },
    ],
    targets: [{ metric: "rate", against: "one-process", advantage: 1.8 }],
    limit: "both processes, Postgres and what measures them share the machine's two cores",
  };
}

function compareThroughput(processes: number, count: number): Comparison {
  return {
    id: `of-${processes}`,
    title: `${count} executions of ${HANDS} hands whose model answers at once, ${processes} ${processes === 1 ? "process" : "processes"}`,
    rounds: 3,
    warmups: 0,
    metrics: { rate: { title: "executions", unit: "/s", better: "higher" } },
    contenders: [ours(processes, count), pgBoss(processes, count)],
    targets: [{ metric: "rate", against: "pg-boss", advantage: 0.6 }],
    limit:
      "a bare job is fetched and completed in batches, two statements for fifty; an execution is claimed, journaled and ended by two or three commits and some thirty statements of its own, and they fill both processors: half in Postgres, half in the processes",
  };
}

function ours(
  processes: number,
  count: number,
  { title = "hands", answerAfterMs = 0, atOnce = AT_ONCE } = {},
): Contender {
  return {
    id: "hands",
    title,
    role: "ours",
    async open(place) {
      const postgres = await openPostgres();
      return {
        async measure() {
          const cwd = place.makeFolder();
          const db = await postgres.createDatabase();
          const config = createConfig(cwd, { db, maxConcurrent: atOnce });
          for (let hand = 0; hand < HANDS; hand += 1) {
            writeHand(config.handsDir, `hand-${hand}`, {
              "HAND.toml": `[hand]\nname = "hand-${hand}"\ndescription = "Says one thing"\nschedule = { cron = "0 7 1 1 *", overlap = "allow" }\n`,
              "SYSTEM.md": "Say done.",
            });
          }
          const runtime = await openRuntime(config);
          await runtime.start({ scheduler: false, worker: false });
          for (let run = 0; run < count; run += 1) await runtime.runner.trigger(`hand-${run % HANDS}`);
          const worker = path.join(import.meta.dirname, "..", "fixtures", "worker-process.ts");
          const command = [process.execPath, worker, JSON.stringify(config), String(answerAfterMs)];
          const workers = Array.from({ length: processes }, () => startProgram(command, { cwd }));
          try {
            return { rate: await waitForEnd(runtime.store, count) };
          } finally {
            await Promise.all(workers.map((worker) => worker.stop()));
            await runtime.stop();
          }
        },
        close: () => postgres.stop(),
      };
    },
  };
}

/** From the first that began to the last that ended, so that starting the processes does not count. */
async function waitForEnd(
  store: Awaited<ReturnType<typeof openRuntime>>["store"],
  count: number,
): Promise<number> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { ended, first, last } = await store.db
      .selectFrom("hand_executions")
      .select(({ fn }) => [
        fn.countAll<number>().as("ended"),
        fn.min("started_at").as("first"),
        fn.max("completed_at").as("last"),
      ])
      .where("status", "=", "ended")
      .where("outcome", "=", "success")
      .executeTakeFirstOrThrow();
    if (Number(ended) === count) return (count * 1000) / Math.max(1, Number(last) - Number(first));
  }
}

function pgBoss(processes: number, count: number): Contender {
  return {
    id: "pg-boss",
    title: "bare pg-boss jobs",
    role: "floor",
    async open(place) {
      const postgres = await openPostgres();
      const { insertJobs } = await import("../peers/pg-boss-jobs.ts");
      const worker = path.join(import.meta.dirname, "..", "peers", "pg-boss-worker.ts");
      return {
        async measure() {
          const db = await postgres.createDatabase();
          await using jobs = await insertJobs(db, count);
          const command = [process.execPath, worker, db, String(AT_ONCE)];
          const cwd = place.makeFolder();
          const workers = Array.from({ length: processes }, () => startProgram(command, { cwd }));
          try {
            return { rate: await jobs.waitForEnd() };
          } finally {
            await Promise.all(workers.map((each) => each.stop()));
          }
        },
        close: () => postgres.stop(),
      };
    },
  };
}
