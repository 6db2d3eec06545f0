import { expect, test } from "vitest";
import type { Store, StoreChange } from "../../src/store/index.ts";
import { askInExecution } from "../approvals/approval-fixture.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createFakeChannel } from "./fake-channel.ts";
import { openMemoryStore, startMessaging } from "./messaging-bench.ts";

/** Another process wrote something, and nobody knows what. */
const NEWS: StoreChange = { origin: "foreign", topics: null };

/** Executions with a request that waits, in a message that arrived and cannot be edited: nothing is to be done for any. */
async function fillWithWaiting(store: Store, count: number): Promise<void> {
  const { id } = await askInExecution(store, "e0");
  const execution = await store.db.selectFrom("hand_executions").selectAll().executeTakeFirstOrThrow();
  const approval = await store.db.selectFrom("approval_queue").selectAll().executeTakeFirstOrThrow();
  const numbers = Array.from({ length: count }, (_, index) => index);
  await store.transaction(async ({ db, nowMs }) => {
    for (const number of numbers.slice(1)) {
      const executionId = `e${number}`;
      await db
        .insertInto("hand_executions")
        .values({ ...execution, id: executionId })
        .execute();
      await db
        .insertInto("approval_queue")
        .values({ ...approval, id: `${id}-${number}`, execution_id: executionId })
        .execute();
    }
    for (const number of numbers) {
      await db
        .insertInto("request_messages")
        .values({
          id: `m${number}`,
          execution_id: `e${number}`,
          hand_name: execution.hand_name,
          channel: "telegram",
          recipient: "",
          approval_ids_json: JSON.stringify([number === 0 ? id : `${id}-${number}`]),
          status: "delivered",
          attempts: 1,
          shown_version: 1,
          created_at: nowMs,
          next_attempt_at: null,
          sent_at: nowMs,
        })
        .execute();
    }
  });
}

/** Messaging over a store with so many that wait, and what it asks of the store. */
async function openWaiting(count: number) {
  const clock = createFakeClock();
  const store = await openMemoryStore(clock);
  await fillWithWaiting(store, count);
  let queryCount = 0;
  let rowCount = 0;
  const listeners: ((change: StoreChange) => void)[] = [];
  const db = store.db.withPlugin({
    transformQuery({ node }) {
      queryCount += 1;
      return node;
    },
    async transformResult({ result }) {
      rowCount += result.rows.length;
      return result;
    },
  });
  const onChange = (listener: (change: StoreChange) => void) => {
    listeners.push(listener);
    return () => {};
  };
  const counted: Store = {
    capabilities: store.capabilities,
    ids: store.ids,
    db,
    nowMs: () => store.nowMs(),
    transaction: (work) => store.transaction(work),
    onChange,
    backup: (path) => store.backup(path),
    close: () => store.close(),
  };
  const channel = createFakeChannel();
  await startMessaging(counted, { channels: [channel], clock });
  /** What was asked, and how many rows came, since the last call. */
  const take = () => {
    const taken = [queryCount, rowCount] as const;
    queryCount = 0;
    rowCount = 0;
    return taken;
  };
  await clock.advance(0);
  return {
    clock,
    channel,
    take,
    tell: async (change: StoreChange) => {
      for (const listener of listeners) listener(change);
      await clock.advance(0);
    },
  };
}

test("what a look over all that waits asks of the store grows by pages, not by executions", async () => {
  const few = (await openWaiting(3)).take();
  const page = (await openWaiting(500)).take();
  const pages = (await openWaiting(1_001)).take();
  expect(few[0]).toBeLessThanOrEqual(8);
  expect(page[0]).toBe(few[0]);
  const perPage = (pages[0] - page[0]) / 2;
  expect(perPage).toBeGreaterThan(0);
  expect(perPage).toBeLessThanOrEqual(4);
  // Its own row, its request's and its message's, and its name twice.
  expect(pages[1]).toBeLessThanOrEqual(1_001 * 5 + 5);
});

test("news of one execution is a look at that one, however many wait", async () => {
  const { take, tell, channel } = await openWaiting(1_001);
  take();
  await tell({ origin: "foreign", topics: [{ kind: "execution", executionId: "e7", handName: "oracle" }] });
  const [queryCount, rowCount] = take();
  expect(queryCount).toBeGreaterThan(0);
  expect(queryCount).toBeLessThanOrEqual(8);
  expect(rowCount).toBeLessThanOrEqual(6);
  await tell({ origin: "foreign", topics: [{ kind: "hand", handName: "oracle" }] });
  expect(take()).toEqual([0, 0]);
  expect(channel.shown).toEqual([]);
});

test("another process that writes all the time causes a look over all now and then, and a last one when it stops", async () => {
  const { clock, take, tell } = await openWaiting(1_000);
  const whole = take();
  for (let commit = 0; commit < 20; commit += 1) await tell(NEWS);
  expect(take()[1], "it rests").toBeLessThan(whole[1] / 10);
  await clock.advance(10_000);
  expect(take()[1], "one look for all that came meanwhile").toBeLessThan(whole[1] * 1.1);
  await clock.advance(600_000);
  expect(take()[1], "nothing is left to look at").toBeLessThan(whole[1] / 10);
  await tell(NEWS);
  expect(take()[1], "after a quiet time it looks at once").toBeGreaterThan(whole[1] * 0.9);
});
