import { test } from "vitest";
import { openDatabase } from "../many-machines/node-bench.ts";
import { unleashChaos } from "./chaos.ts";
import { checkChaos, describeChaos } from "./check-chaos.ts";

const read = (name: string, usual: number) => Number(process.env[name] ?? usual);

test("four machines, 500 hands that fire every second for two minutes, and everything that can happen to a machine", async () => {
  const seed = read("HANDS_CHAOS_SEED", Math.floor(Date.now() / 1000) % 1_000_000);
  process.stdout.write(`HANDS_CHAOS_SEED=${seed}\n`);
  await unleashChaos(
    {
      db: await openDatabase(),
      machineCount: read("HANDS_CHAOS_MACHINES", 4),
      handCount: read("HANDS_CHAOS_HANDS", 500),
      seconds: read("HANDS_CHAOS_SECONDS", 120),
      seed,
      maxConcurrent: 50,
      patienceMs: 1_200_000,
    },
    async (record) => {
      process.stdout.write(`${JSON.stringify(await describeChaos(record))}\n`);
      await checkChaos(record);
    },
  );
}, 3_600_000);
