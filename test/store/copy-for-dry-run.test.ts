import { expect, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import {
  copyForDryRun,
  insertExecution,
  insertSteps,
  openStore as openAny,
  PRIORITY,
  readMemoryValues,
  sumCostSince,
} from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";

const MINUTE_MS = 60_000;

/** An execution with one reply of a model that cost this. */
async function spend(store: Store, handName: string, costUsd: number, agoMs: number): Promise<void> {
  await store.transaction(async (transaction) => {
    const row = await insertExecution(transaction, {
      handName,
      trigger: "manual",
      scheduledFor: null,
      priority: PRIORITY.manual,
      input: null,
      parameters: null,
      eventId: null,
      chain: [],
      retryOf: null,
      notBefore: null,
      isUntrusted: false,
    });
    await insertSteps(transaction, [
      {
        execution_id: row?.id ?? "",
        step_index: 0,
        kind: "model",
        name: "m",
        status: "done",
        created_at: transaction.nowMs - agoMs,
        completed_at: transaction.nowMs - agoMs,
        cost_usd: costUsd,
      },
    ]);
  });
}

describeEachStore("what a dry run reads of a store", (openStore) => {
  test("the hand's memory and everybody's costs of the day are copied, at their times", async () => {
    const from = await openStore();
    const nowMs = from.nowMs();
    await from.transaction((transaction) =>
      transaction.db
        .insertInto("hand_memory")
        .values([
          { hand_name: "a", key: "k", value_json: "1", updated_at: nowMs },
          { hand_name: "b", key: "k", value_json: "2", updated_at: nowMs },
        ])
        .execute(),
    );
    await spend(from, "a", 0.25, 5 * MINUTE_MS);
    await spend(from, "a", 0.5, 120 * MINUTE_MS);
    await spend(from, "b", 1, 10 * MINUTE_MS);
    await spend(from, "b", 64, 3 * 24 * 60 * MINUTE_MS);
    const to = await openAny({ db: ":memory:", clock: systemClock, logger: silentLogger });
    try {
      await copyForDryRun(from, to, "a");
      const sum = async (name: string | null, agoMs: number) =>
        (await sumCostSince(to, name, nowMs - agoMs)).settledUsd;
      expect(await sum("a", 60 * MINUTE_MS)).toBe(0.25);
      expect(await sum("a", 24 * 60 * MINUTE_MS)).toBe(0.75);
      expect(await sum(null, 24 * 60 * MINUTE_MS)).toBe(1.75);
      expect(await readMemoryValues(to, "a", ["k"])).toEqual(new Map([["k", 1]]));
      expect(await readMemoryValues(to, "b", ["k"])).toEqual(new Map());
    } finally {
      await to.close();
    }
  });
});
