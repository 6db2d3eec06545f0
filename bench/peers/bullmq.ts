import { Queue, Worker } from "bullmq";
import type { OpenDuePeer } from "./due-run.ts";
import { LEAD_MS, RunCount } from "./due-run.ts";
import { startRedis } from "./redis.ts";

/** BullMQ: delayed jobs, one worker with a thousand places. */
export const openBullmq: OpenDuePeer = async (place, count) => {
  const redis = await startRedis(place.makeFolder());
  const connection = { host: "127.0.0.1", port: redis.port };
  const queue = new Queue("due", { connection });
  let run: RunCount | undefined;
  const worker = new Worker(
    "due",
    async () => {
      run?.end(Date.now());
    },
    { connection, concurrency: 1000 },
  );
  await worker.waitUntilReady();
  return {
    async runOnce() {
      const current = new RunCount(count, Date.now() + LEAD_MS + count);
      run = current;
      for (let first = 0; first < count; first += 1000) {
        const jobs = Array.from({ length: Math.min(1000, count - first) }, () => ({
          name: "due",
          data: {},
          opts: { delay: Math.max(0, current.dueAt - Date.now()), removeOnComplete: true },
        }));
        await queue.addBulk(jobs);
      }
      return await current.finished;
    },
    async close() {
      await worker.close(true);
      await queue.close();
      await redis.stop();
    },
  };
};
