import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import { systemClock } from "../../src/core/index.ts";
import type { ExecutionRow } from "../../src/store/index.ts";
import { insertMissingHandStates, listDeliveries, listHandStates } from "../../src/store/index.ts";
import { interruptAt, tellParent } from "./interrupt-process.ts";
import type { Fire, ParentMessage } from "./protocol.ts";
import type { Universe } from "./universe.ts";
import { openUniverse } from "./universe.ts";
import { watchFiles } from "./watched-files.ts";
import { watchStore } from "./watched-store.ts";

/*
 * A process that works on one case after another, as the parent says, and is interrupted where the parent says. It stops gracefully on
 * SIGTERM, and ends when its stdin is closed, so that none outlives the tests.
 */
const LOOK_EVERY_MS = 50;

const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort());

async function work(message: ParentMessage): Promise<"finished" | "stopped"> {
  const { place, environment, interruption, fires, composition } = message;
  if (interruption?.point.kind === "file") watchFiles(place.dir, interruptAt(interruption, "file"));
  // What only some of the many short lives need is loaded by those.
  const open =
    composition === "runtime" ? (await import("./whole-universe.ts")).openWholeUniverse : openUniverse;
  const universe = await open(place, {
    wrapStore: (store) => watchStore(store, interruptAt(interruption, "commit")),
    environment,
  });
  try {
    await universe.start();
    for (const fire of fires) await makeFire(universe, fire);
    while (!stopping.signal.aborted) {
      if (await isAllOver(universe)) return "finished";
      await systemClock.sleep(LOOK_EVERY_MS, stopping.signal).catch(() => {});
    }
    return "stopped";
  } finally {
    await universe.close();
  }
}

/** As a scheduler does: the fire's execution is inserted once, whoever tries. */
async function makeFire(universe: Universe, { handName, scheduledFor }: Fire): Promise<void> {
  await universe.store.transaction(async (transaction) => {
    await insertMissingHandStates(transaction, [handName]);
    await universe.runner.startExecution(transaction, { handName, trigger: "schedule", scheduledFor });
  });
}

async function isAllOver({ store, runner }: Universe): Promise<boolean> {
  if ((await listHandStates(store)).some((state) => state.next_run_at !== null)) return false;
  const rows: readonly ExecutionRow[] = await store.db.selectFrom("hand_executions").selectAll().execute();
  if (runner.running.length > 0 || rows.some((row) => row.status !== "ended")) return false;
  const deliveries = await Promise.all(rows.map((row) => listDeliveries(store, row.id)));
  return deliveries.flat().every((delivery) => ["delivered", "failed"].includes(delivery.status));
}

process.stdin.once("end", () => process.exit(0));
tellParent({ type: "ready" });
for await (const line of createInterface({ input: process.stdin })) {
  const outcome = await work(JSON.parse(line) as ParentMessage);
  // Kept now, for most of these processes do not live to do it at their end.
  flushCompileCache();
  tellParent({ type: outcome });
  if (stopping.signal.aborted) process.exit(0);
}
