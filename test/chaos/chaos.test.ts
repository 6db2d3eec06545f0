import { expect, test } from "vitest";
import { openDatabase } from "../many-machines/node-bench.ts";
import { unleashChaos } from "./chaos.ts";
import { checkChaos } from "./check-chaos.ts";

test("three machines that are killed, frozen and cut off leave every fire with one row, every execution ended and no effect too many", async () => {
  await unleashChaos(
    {
      db: await openDatabase(),
      machineCount: 3,
      handCount: 12,
      seconds: 8,
      // Freezes one at once, kills another twice, and cuts the third off.
      seed: 30,
      maxConcurrent: 10,
      patienceMs: 120_000,
    },
    async (record) => {
      await checkChaos(record);
      expect(record.disturbances.length).toBeGreaterThan(2);
    },
  );
}, 240_000);
