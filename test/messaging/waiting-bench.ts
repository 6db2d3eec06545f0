import type { Store, StoreChange } from "../../src/store/index.ts";
import { askInExecution } from "../approvals/approval-fixture.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createFakeChannel } from "./fake-channel.ts";
import { openMemoryStore, startMessaging } from "./messaging-bench.ts";

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
export async function openWaiting(count: number) {
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
