import pg from "pg";
import { PgBoss } from "pg-boss";

/** Jobs that wait for workers of other processes. */
export interface WaitingJobs extends AsyncDisposable {
  /** Jobs a second, from the first that began to the last that ended. */
  waitForEnd(): Promise<number>;
}

export async function insertJobs(connectionString: string, count: number): Promise<WaitingJobs> {
  const boss = new PgBoss({ connectionString, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue("work");
  await boss.insert(
    "work",
    Array.from({ length: count }, (_, number) => ({ data: { number } })),
  );
  await boss.stop({ graceful: false });
  const client = new pg.Client({ connectionString });
  await client.connect();
  return {
    async waitForEnd() {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const { rows } = await client.query(
          `SELECT count(*)::int AS ended, extract(epoch FROM max(completed_on) - min(started_on))::float AS seconds
           FROM pgboss.job WHERE name = 'work' AND state = 'completed'`,
        );
        if (rows[0].ended === count) return count / Math.max(rows[0].seconds, 0.001);
      }
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
