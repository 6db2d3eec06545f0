import { expect, test } from "vitest";
import type { SendingTable, Store } from "../../src/store/index.ts";
import {
  admitModelRequest,
  claimSending,
  findDueSendings,
  renewModelRequests,
} from "../../src/store/index.ts";
import { fillStore } from "../support/filled-store.ts";
import { describeEachStore } from "../support/stores.ts";

const HOURS_30 = 30 * 3_600_000;
const TABLE: SendingTable = "deliveries";

interface PutOff {
  readonly status: "pending" | "retrying";
  readonly attempts: number;
  readonly aheadMs: number;
}

/** Puts a row on its way whose next attempt lies that far ahead, and gives its id. */
async function putSending(store: Store, table: SendingTable, { aheadMs, ...state }: PutOff): Promise<string> {
  return await store.transaction(async ({ db, ids, nowMs }) => {
    const id = ids.next();
    const { id: executionId } = await db.selectFrom("hand_executions").select("id").executeTakeFirstOrThrow();
    const row = {
      ...{ id, hand_name: "hand", channel: "news", ...state },
      ...{ created_at: nowMs, next_attempt_at: nowMs + aheadMs },
    };
    const message = { execution_id: executionId, recipient: "", approval_ids_json: "[]", shown_version: 0 };
    const output = { execution_id: executionId, destination: "news://", format: "json", payload: "{}" };
    const notice = { notice_key: id, kind: "alert", title: "news", text: "news" } as const;
    const more = { deliveries: output, request_messages: message, notices: notice }[table];
    await db
      .insertInto(table as "notices")
      .values({ ...row, ...(more as typeof notice) })
      .execute();
    return id;
  });
}

/** The databases' clocks stand still here: what was written before the clock was set back lies ahead of it instead. */
describeEachStore("after the clock was set back by 30 hours", (openStore) => {
  test("what a dead process was sending is sent at once, and what a living one sends is left to it", async () => {
    const store = await openStore();
    await fillStore(store, { executions: 5 });
    const leaseOne = (leaseMs: number) =>
      store.transaction(async ({ db, nowMs }) => {
        await db.updateTable(TABLE).set({ status: "delivered", lease_until: null }).execute();
        const { id } = await db
          .selectFrom(TABLE)
          .select("id")
          .orderBy("id")
          .limit(1)
          .executeTakeFirstOrThrow();
        const lease = { status: "sending", lease_owner: "other", lease_until: nowMs + leaseMs } as const;
        await db.updateTable(TABLE).set(lease).where("id", "=", id).execute();
        return id;
      });
    const claim = (id: string) =>
      store.transaction((transaction) =>
        claimSending(transaction, TABLE, id, { nodeId: "here", until: transaction.nowMs + 60_000 }),
      );
    const living = await leaseOne(60_000);
    expect(await findDueSendings(store, TABLE, store.nowMs(), 10)).toEqual([]);
    expect(await claim(living)).toBe(false);
    const dead = await leaseOne(HOURS_30);
    expect(await findDueSendings(store, TABLE, store.nowMs(), 10)).toEqual([{ id: dead }]);
    expect(await claim(dead)).toBe(true);
    expect(await claim(dead)).toBe(false);
  });

  test.each(["deliveries", "request_messages", "notices"] as const)(
    "what was put off is tried at once where no pause is that long, and waits where one is: %s",
    async (table) => {
      const store = await openStore();
      await fillStore(store, { executions: 1 });
      const HOUR = 3_600_000;
      const isDue = async (row: PutOff) => {
        const id = await putSending(store, table, row);
        const found = await findDueSendings(store, table, store.nowMs(), 10);
        const lease = { nodeId: "here", until: store.nowMs() + 60_000 };
        const isClaimed = await store.transaction((transaction) =>
          claimSending(transaction, table, id, lease),
        );
        expect(found.some((other) => other.id === id)).toBe(isClaimed);
        return isClaimed;
      };
      expect(await isDue({ status: "pending", attempts: 0, aheadMs: 30 * HOUR })).toBe(true);
      expect(await isDue({ status: "retrying", attempts: 1, aheadMs: 2 * HOUR })).toBe(true);
      expect(await isDue({ status: "retrying", attempts: 1, aheadMs: HOUR / 2 })).toBe(false);
      expect(await isDue({ status: "retrying", attempts: 8, aheadMs: 5 * HOUR })).toBe(false);
      expect(await isDue({ status: "retrying", attempts: 9, aheadMs: 30 * HOUR })).toBe(true);
      expect(await isDue({ status: "retrying", attempts: 1, aheadMs: -1 })).toBe(true);
    },
  );

  test("a model's requests of before hold up no new one, neither by number nor by the minute", async () => {
    const store = await openStore();
    const ask = (id: string) =>
      store.transaction((transaction) =>
        admitModelRequest(transaction, {
          id,
          provider: "groq",
          nodeId: id,
          tokens: 1,
          limits: { maxConcurrent: 1, requestsPerMinute: 2, tokensPerMinute: null },
        }),
      );
    expect([await ask("under way"), await ask("waiting")]).toEqual([null, expect.any(Number)]);
    await store.transaction(({ db }) =>
      db
        .updateTable("model_requests")
        .set((builder) => ({
          asked_at: builder("asked_at", "+", HOURS_30),
          started_at: builder("started_at", "+", HOURS_30),
          lease_until: builder("lease_until", "+", HOURS_30),
        }))
        .execute(),
    );
    expect(await ask("new")).toBeNull();
    expect(await ask("next")).toBeGreaterThan(0);
    await store.transaction((transaction) => renewModelRequests(transaction, "new"));
    expect(await ask("next")).toBeGreaterThan(0);
  });
});
