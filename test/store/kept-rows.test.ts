import { expect, test } from "vitest";
import { countKept } from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";

describeEachStore("counting what is kept", (openStore) => {
  test("counts events whether or not they have a position yet, and no executions where there are none", async () => {
    const store = await openStore();
    expect(await countKept(store)).toEqual({ executionCount: 0, eventCount: 0 });
    await store.transaction(async ({ db, nowMs }) => {
      for (const [id, position] of [
        ["one", 1],
        ["two", null],
      ] as const) {
        await db
          .insertInto("events")
          .values({ id, position, type: "hand.log", data_json: "{}", created_at: nowMs, is_audited: 0 })
          .execute();
      }
    });
    expect(await countKept(store)).toEqual({ executionCount: 0, eventCount: 2 });
  });
});
