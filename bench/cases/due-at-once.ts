import type { Clock } from "../../src/index.ts";
import { systemClock } from "../../src/index.ts";
import { createConfig, openRuntime, writeHand } from "../fixtures/runtime.ts";
import { calculateQuantile } from "../harness/statistics.ts";
import type { BenchCase, Comparison, Contender, Sample } from "../harness/types.ts";
import type { DueRun } from "../peers/due-run.ts";
import { LEAD_MS } from "../peers/due-run.ts";

/** Everything falls due in one second: how late does it start, and when has all of it ended? */
export const dueAtOnce: BenchCase = {
  name: "due-at-once",
  title: "Hands due in the same second",
  list: ({ scale }) => [compareDue(scale(1000), 3), compareDue(scale(10_000), 2)],
};

function compareDue(count: number, rounds: number): Comparison {
  const targets = [
    { metric: "p99", atMost: 100 },
    { metric: "finished", against: "bullmq", advantage: 1 },
    { metric: "finished", against: "pg-boss", advantage: 1 },
    { metric: "finished", against: "dbos", advantage: 1 },
  ];
  return {
    id: `of-${count}`,
    title: `${count.toLocaleString("en")} due at one instant`,
    rounds,
    metrics: {
      finished: { title: "all finished after", unit: "ms", better: "lower" },
      p50: { title: "lateness of the start, median", unit: "ms", better: "lower" },
      p99: { title: "lateness of the start, p99", unit: "ms", better: "lower" },
    },
    contenders: [
      ours(count),
      waiting("node-cron", "node-cron timers that do nothing durable", "floor", count),
      waiting("croner", "croner timers that do nothing durable", "floor", count),
      waiting("bullmq", "BullMQ delayed jobs, Redis synchronising each write", "peer", count),
      waiting("pg-boss", "pg-boss delayed jobs", "peer", count),
      waiting("dbos", "DBOS workflows of one step", "peer", count),
    ],
    targets: count === 1000 ? targets : targets.slice(1),
    limit:
      "each fire is an execution under a lease, a model's reply and an end, all committed, some twenty statements, half a millisecond; a single process does one thing at a time, and begins what has fired before all has",
  };
}

function waiting(id: string, title: string, role: Contender["role"], count: number): Contender {
  return {
    id,
    title,
    role,
    async open(place) {
      const { DUE_PEERS } = await import("../peers/due-peers.ts");
      const open = DUE_PEERS[id];
      if (open === undefined) throw new Error(`there is no peer ${id}`);
      const { runOnce, close } = await open(place, count);
      return {
        measure: async () => toSample(await runOnce(), count),
        ...(close === undefined ? {} : { close }),
      };
    },
  };
}

function toSample({ dueAt, startedAts, finishedAt }: DueRun, count: number): Sample {
  if (startedAts.length !== count) throw new Error(`${startedAts.length} of ${count} ran`);
  // The clock counts milliseconds: nothing is earlier than one.
  const lateness = startedAts.map((startedAt) => Math.max(1, startedAt - dueAt));
  return {
    finished: finishedAt - dueAt,
    p50: calculateQuantile(lateness, 0.5),
    p99: calculateQuantile(lateness, 0.99),
  };
}

const DAY_MS = 86_400_000;

/**
 * All hands fire at noon, and the runtime's clock, which otherwise runs as the machine's, is set to shortly before it: each run is another
 * day of the same runtime.
 */
function ours(count: number): Contender {
  return {
    id: "hands",
    title: "hands",
    role: "ours",
    async open(place) {
      const handsFolder = place.makeFolder();
      for (let index = 0; index < count; index += 1) {
        writeHand(handsFolder, `hand-${index}`, {
          "HAND.toml": `[hand]\nname = "hand-${index}"\ndescription = "Says one thing"\nschedule = { at = "12:00", timezone = "UTC" }\n`,
          "SYSTEM.md": "Say done.",
        });
      }
      let noon = Date.UTC(2030, 0, 15, 12);
      const { clock, setNow } = createMovableClock(noon - 3_600_000);
      const config = createConfig(place.makeFolder(), { handsDir: handsFolder, maxConcurrent: 1000 });
      const runtime = await openRuntime(config, { clock });
      await runtime.start();
      return {
        async measure() {
          setNow(noon - LEAD_MS);
          const run = await waitForAll(runtime.store, count, noon);
          noon += DAY_MS;
          return toSample(run, count);
        },
        close: () => runtime.stop(),
      };
    },
  };
}

async function waitForAll(
  store: Awaited<ReturnType<typeof openRuntime>>["store"],
  count: number,
  dueAt: number,
): Promise<DueRun> {
  for (;;) {
    await systemClock.sleep(250);
    const { ended } = await store.db
      .selectFrom("hand_executions")
      .select(({ fn }) => fn.countAll<number>().as("ended"))
      .where("scheduled_for", "=", dueAt)
      .where("status", "=", "ended")
      .executeTakeFirstOrThrow();
    if (Number(ended) < count) continue;
    const rows = await store.db
      .selectFrom("hand_executions")
      .select(["started_at", "completed_at", "outcome"])
      .where("scheduled_for", "=", dueAt)
      .execute();
    const failed = rows.find(({ outcome }) => outcome !== "success");
    if (failed !== undefined) throw new Error(`an execution ended as ${failed.outcome}`);
    return {
      dueAt,
      startedAts: rows.map((row) => Number(row.started_at)),
      finishedAt: Math.max(...rows.map((row) => Number(row.completed_at))),
    };
  }
}

function createMovableClock(startMs: number): { readonly clock: Clock; setNow(nowMs: number): void } {
  let offsetMs = startMs - systemClock.now();
  return {
    clock: { ...systemClock, now: () => systemClock.now() + offsetMs },
    setNow(nowMs) {
      offsetMs = nowMs - systemClock.now();
    },
  };
}
