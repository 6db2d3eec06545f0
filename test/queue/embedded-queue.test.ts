import { expect, test } from "vitest";
import type { WakeUp } from "../../src/queue/index.ts";
import { createEmbeddedQueue } from "../../src/queue/index.ts";
import { describeEachStore } from "../support/stores.ts";

describeEachStore("the queue of one process", (openStore) => {
  async function open() {
    const store = await openStore();
    const queue = createEmbeddedQueue();
    const heard: WakeUp[] = [];
    await queue.listen((wakeUp) => void heard.push(wakeUp));
    return { store, queue, heard };
  }

  test("a wake-up is handed over after its transaction has committed, and not before", async () => {
    const { store, queue, heard } = await open();
    await store.transaction(async (transaction) => {
      await queue.send(transaction, { executionId: "a", priority: 1 });
      await queue.send(transaction, { executionId: "b", priority: 0 });
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual([
      { executionId: "a", priority: 1 },
      { executionId: "b", priority: 0 },
    ]);
  });

  test("nothing is sent by a transaction that is rolled back", async () => {
    const { store, queue, heard } = await open();
    const failed = store.transaction(async (transaction) => {
      await queue.send(transaction, { executionId: "a", priority: 1 });
      throw new Error("rolled back");
    });
    await expect(failed).rejects.toThrow("rolled back");
    expect(heard).toEqual([]);
  });

  test("every listener hears it, and none after the stop", async () => {
    const { store, queue, heard } = await open();
    const others: string[] = [];
    await queue.listen(({ executionId }) => void others.push(executionId));
    const send = (executionId: string) =>
      store.transaction((transaction) => queue.send(transaction, { executionId, priority: 0 }));
    await send("a");
    await queue.stop();
    await send("b");
    expect([heard.length, others]).toEqual([1, ["a"]]);
  });
});
