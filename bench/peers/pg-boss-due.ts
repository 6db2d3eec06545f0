import { PgBoss } from "pg-boss";
import { openPostgres } from "../fixtures/postgres.ts";
import type { OpenDuePeer } from "./due-run.ts";
import { LEAD_MS, RunCount } from "./due-run.ts";

/** pg-boss: jobs that start after an instant, looked for every half second, which is its shortest. */
export const openPgBoss: OpenDuePeer = async (_place, count) => {
  const postgres = await openPostgres();
  const boss = new PgBoss({
    connectionString: await postgres.createDatabase(),
    supervise: false,
    schedule: false,
  });
  await boss.start();
  await boss.createQueue("due");
  let run: RunCount | undefined;
  await boss.work("due", { batchSize: 500, pollingIntervalSeconds: 0.5 }, async (jobs) => {
    const startedAt = Date.now();
    for (const _job of jobs) run?.end(startedAt);
  });
  return {
    async runOnce() {
      const current = new RunCount(count, Date.now() + LEAD_MS + count);
      run = current;
      const startAfter = new Date(current.dueAt);
      await boss.insert(
        "due",
        Array.from({ length: count }, () => ({ data: {}, startAfter })),
      );
      return await current.finished;
    },
    async close() {
      await boss.stop({ graceful: false });
      await postgres.stop();
    },
  };
};
