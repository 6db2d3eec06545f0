import { expect, test } from "vitest";
import { createCliProject } from "../cli/cli-project.ts";
import { startModelServer } from "../support/model-server.ts";
import { openDatabase, startNode } from "./node-bench.ts";

const RUNS = 300;
const LATENCY_MS = 1000;
const AT_ONCE = 10;
const TIMEOUT_MS = 600_000;

const HAND = {
  "HAND.toml":
    '[hand]\nname = "asker"\ndescription = "Asks a slow model once"\nschedule = { cron = "0 7 * * *", overlap = "allow" }\n',
  "SYSTEM.md": "You answer.\n",
};

test("a second process raises the throughput of executions that wait for a slow model in proportion", {
  timeout: TIMEOUT_MS,
}, async () => {
  const one = await measure(1);
  const two = await measure(2);
  const ideal = (AT_ONCE * 1000) / LATENCY_MS;
  process.stdout.write(
    `${RUNS} executions that ask a model of ${LATENCY_MS} ms once, ${AT_ONCE} at once in a process: one process ${one.toFixed(1)}/s (at most ${ideal}), two ${two.toFixed(1)}/s, ratio ${(two / one).toFixed(2)}\n`,
  );
  expect(two / one).toBeGreaterThan(1.6);
});

/** Executions a second, from the first that began to the last that ended, with so many worker processes. */
async function measure(processCount: number): Promise<number> {
  const db = await openDatabase();
  await using server = await startModelServer(() => ({ text: "done", delayMs: LATENCY_MS }));
  const project = await createCliProject({
    "hands.toml": `max_concurrent = ${AT_ONCE}\n[model]\nname = "openai-compatible/slow"\nbase_url = "${server.baseUrl}"\n`,
    "hands/asker/HAND.toml": HAND["HAND.toml"],
    "hands/asker/SYSTEM.md": HAND["SYSTEM.md"],
  });
  const { runtime } = await startNode(db, {
    hands: { asker: HAND },
    roles: { scheduler: false, worker: false },
  });
  const workers = Array.from({ length: processCount }, () =>
    project.start(["up", "--no-scheduler", "--no-server"], { env: { HANDS_DB: db } }),
  );
  const { store, runner } = runtime;
  const countOf = async (table: "nodes" | "hand_executions", column: string, value: string) => {
    const row = await store.db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where(column as never, "=", value as never)
      .executeTakeFirstOrThrow();
    return Number(row.count);
  };
  const patience = { timeout: TIMEOUT_MS / 4, interval: 200 };
  await expect.poll(() => countOf("nodes", "roles_json", '["worker"]'), patience).toBe(processCount);
  for (let run = 0; run < RUNS; run += 1) await runner.trigger("asker");
  await expect.poll(() => countOf("hand_executions", "status", "ended"), patience).toBe(RUNS);
  expect(await countOf("hand_executions", "outcome", "success")).toBe(RUNS);
  const { first, last } = await store.db
    .selectFrom("hand_executions")
    .select(({ fn }) => [fn.min("started_at").as("first"), fn.max("completed_at").as("last")])
    .executeTakeFirstOrThrow();
  for (const { child } of workers) child.kill("SIGTERM");
  for (const { ended } of workers) await ended;
  return (RUNS * 1000) / (Number(last) - Number(first));
}
