import { setTimeout as sleep } from "node:timers/promises";
import type { Runtime } from "../../src/index.ts";
import { createConfig, openRuntime, writeHand } from "../fixtures/runtime.ts";
import type { Stopwatch } from "../harness/timing.ts";
import { timeMs } from "../harness/timing.ts";
import type { Comparison, Contender } from "../harness/types.ts";

const HANDS = 50;
/** What it grows by beyond this would be with how many wait. */
const MOST_GROWTH = 1.5;
const LOOK_EVERY_MS = 50;

/** What an execution costs where very many wait for their turn, against few. */
export function compareQueues(most: number, few: number, stopwatch: Stopwatch = timeMs): Comparison {
  return {
    id: "queue",
    title: `an execution of ${format(most)} that are started together, against ${format(few)}`,
    rounds: 3,
    warmups: 1,
    metrics: { ms: { title: "one execution", unit: "ms", better: "lower" } },
    contenders: [
      ours("hands", "ours", { atOnce: most, rounds: 1 }, stopwatch),
      ours("few", "floor", { atOnce: few, rounds: Math.max(1, Math.round(most / few / 5)) }, stopwatch),
    ],
    targets: [{ metric: "ms", against: "few", advantage: 1 / MOST_GROWTH }],
  };
}

function ours(
  id: string,
  role: Contender["role"],
  { atOnce, rounds }: { readonly atOnce: number; readonly rounds: number },
  stopwatch: Stopwatch,
): Contender {
  return {
    id,
    title: `of ${format(atOnce)}`,
    role,
    async open(place) {
      const config = createConfig(place.makeFolder());
      for (let hand = 0; hand < HANDS; hand += 1) {
        writeHand(config.handsDir, `hand-${hand}`, {
          "HAND.toml": `[hand]\nname = "hand-${hand}"\ndescription = "Says one thing"\nschedule = { cron = "0 7 1 1 *", overlap = "allow" }\n`,
          "SYSTEM.md": "Say done.",
        });
      }
      const runtime = await openRuntime(config);
      await runtime.start({ scheduler: false });
      return {
        async measure() {
          const total = await stopwatch(async () => {
            for (let round = 0; round < rounds; round += 1) await runTogether(runtime, atOnce);
          });
          return { ms: total / (atOnce * rounds) };
        },
        close: () => runtime.stop(),
      };
    },
  };
}

/** Starts them in one transaction, so that all wait at once, and resolves when the last has ended. */
async function runTogether({ store, runner }: Runtime, count: number): Promise<void> {
  await store.transaction(async (transaction) => {
    for (let execution = 0; execution < count; execution += 1) {
      await runner.startExecution(transaction, {
        handName: `hand-${execution % HANDS}`,
        trigger: "manual",
      });
    }
  });
  for (;;) {
    const open = await store.db
      .selectFrom("hand_executions")
      .select("id")
      .where("status", "in", ["queued", "running", "waiting"])
      .limit(1)
      .executeTakeFirst();
    if (open === undefined) return;
    await sleep(LOOK_EVERY_MS);
  }
}

function format(count: number): string {
  return count.toLocaleString("en");
}
