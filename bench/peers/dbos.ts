import { DBOS } from "@dbos-inc/dbos-sdk";
import { openPostgres } from "../fixtures/postgres.ts";
import type { OpenLoop } from "./open-loop.ts";

/** A workflow whose model replies and tool calls are steps, on a Postgres that synchronises each commit. */
export const openDbos: OpenLoop = async (_place, steps) => {
  const postgres = await openPostgres();
  const workflow = DBOS.registerWorkflow(
    async (count: number) => {
      for (let done = 0; done < count; done += 1) {
        await DBOS.runStep(async () => ({ name: "note", args: { number: done } }), { name: "model" });
        await DBOS.runStep(async () => ({ number: done }), { name: "note" });
      }
      return await DBOS.runStep(async () => "done", { name: "model" });
    },
    { name: `take-${steps}-steps` },
  );
  DBOS.setConfig({
    name: "bench",
    systemDatabaseUrl: await postgres.createDatabase(),
    logLevel: "error",
    runAdminServer: false,
  });
  await DBOS.launch();
  return {
    async runOnce() {
      const result = await workflow(steps);
      if (result !== "done") throw new Error(`the workflow gave ${result}`);
    },
    async close() {
      await DBOS.shutdown({ deregister: true });
      await postgres.stop();
    },
  };
};
