import { Cron } from "croner";
import type { OpenDuePeer } from "./due-run.ts";
import { LEAD_MS, RunCount } from "./due-run.ts";

/** Everyone who can have many things due at one instant, by the contender's id. */
export const DUE_PEERS: Readonly<Record<string, OpenDuePeer>> = {
  croner: async (_place, count) => ({
    async runOnce() {
      const run = new RunCount(count, nextSecond());
      const jobs = Array.from(
        { length: count },
        () => new Cron(new Date(run.dueAt), () => run.end(Date.now())),
      );
      const result = await run.finished;
      for (const job of jobs) job.stop();
      return result;
    },
  }),
  "node-cron": async (_place, count) => {
    const { default: cron } = await import("node-cron");
    return {
      async runOnce() {
        const run = new RunCount(count, nextSecond());
        const due = new Date(run.dueAt);
        const expression = `${due.getSeconds()} ${due.getMinutes()} ${due.getHours()} * * *`;
        const tasks = Array.from({ length: count }, () =>
          cron.schedule(expression, () => run.end(Date.now())),
        );
        const result = await run.finished;
        for (const task of tasks) await task.destroy();
        return result;
      },
    };
  },
  bullmq: async (place, count) => (await import("./bullmq.ts")).openBullmq(place, count),
  "pg-boss": async (place, count) => (await import("./pg-boss-due.ts")).openPgBoss(place, count),
  dbos: async (place, count) => (await import("./dbos-due.ts")).openDbosDue(place, count),
};

function nextSecond(): number {
  return Math.ceil((Date.now() + LEAD_MS) / 1000) * 1000;
}
