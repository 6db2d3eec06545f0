import { DBOS } from "@dbos-inc/dbos-sdk";
import { openPostgres } from "../fixtures/postgres.ts";
import type { OpenDuePeer } from "./due-run.ts";
import { LEAD_MS, RunCount } from "./due-run.ts";

/** DBOS: workflows of one step, all started at the instant, which spares it keeping the time. */
export const openDbosDue: OpenDuePeer = async (_place, count) => {
  const postgres = await openPostgres();
  const workflow = DBOS.registerWorkflow(() => DBOS.runStep(async () => Date.now(), { name: "say" }), {
    name: `due-${count}`,
  });
  DBOS.setConfig({
    name: "bench",
    systemDatabaseUrl: await postgres.createDatabase(),
    logLevel: "error",
    runAdminServer: false,
  });
  await DBOS.launch();
  return {
    async runOnce() {
      const run = new RunCount(count, Date.now() + LEAD_MS);
      await new Promise((resolve) => setTimeout(resolve, run.dueAt - Date.now()));
      const startAll = Array.from({ length: count }, async () => run.end(await workflow()));
      await Promise.all(startAll);
      return await run.finished;
    },
    async close() {
      await DBOS.shutdown({ deregister: true });
      await postgres.stop();
    },
  };
};
