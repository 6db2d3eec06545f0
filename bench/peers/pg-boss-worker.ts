// A process that takes jobs and does nothing with them: ADDRESS PLACES.

import { PgBoss } from "pg-boss";

const [connectionString = "", places = "50"] = process.argv.slice(2);
const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
await boss.start();
await boss.work(
  "work",
  { batchSize: Number(places), burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
  async () => {},
);
