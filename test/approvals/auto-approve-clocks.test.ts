import { expect, test } from "vitest";
import {
  createApprovalSweeper,
  restartAutoApproveClocks,
  startAutoApproveClock,
  stopAutoApproveClocks,
} from "../../src/approvals/index.ts";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { Store } from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";
import { ask, createWake, readRow, setPaused } from "./approval-fixture.ts";

const minuteMs = 60_000;

const createSweeper = (store: Store) =>
  createApprovalSweeper({
    store,
    clock: systemClock,
    logger: silentLogger,
    ...createWake(),
    isAutoApproveAllowed: () => true,
  });

/** As if nothing had been alive for so long. */
async function setLastAlive(store: Store, agoMs: number): Promise<void> {
  await store.transaction((transaction) =>
    transaction.db
      .updateTable("runtime_state")
      .set({ value: String(transaction.nowMs - agoMs) })
      .where("key", "=", "last_alive_at")
      .execute(),
  );
}

describeEachStore("the clocks of automatic approvals", (openStore) => {
  test("a gap between two signs of life starts them anew, standing ones standing", async () => {
    const store = await openStore();
    await createSweeper(store).sweepOnce();
    const running = await ask(store, { autoApproveAfterMs: minuteMs, expiresAfterMs: null });
    const standing = await ask(store, {
      handName: "scout",
      autoApproveAfterMs: minuteMs,
      expiresAfterMs: null,
    });
    const waiting = await ask(store, {
      autoApproveAfterMs: minuteMs,
      expiresAfterMs: null,
      autoApproveClock: "starts_on_delivery",
    });
    await store.transaction((transaction) => stopAutoApproveClocks(transaction, "scout"));
    await store.transaction((transaction) =>
      transaction.db
        .updateTable("approval_queue")
        .set({ auto_approve_at: 1 })
        .where("auto_approve_at", "is not", null)
        .execute(),
    );
    await setLastAlive(store, 31_000);
    expect(await createSweeper(store).sweepOnce()).toEqual({ expired: 0, autoApproved: 0, restarted: 2 });
    const after = await readRow(store, running.id);
    expect(after.auto_approve_at).toBeGreaterThanOrEqual(running.created_at + minuteMs);
    expect(after.clock_stopped_at).toBeNull();
    const stood = await readRow(store, standing.id);
    expect(Number(stood.auto_approve_at) - Number(stood.clock_stopped_at)).toBe(minuteMs);
    expect((await readRow(store, waiting.id)).auto_approve_at).toBeNull();
  });

  test("stopping and going on moves the deadline by the time between", async () => {
    const store = await openStore();
    const row = await ask(store, { autoApproveAfterMs: minuteMs, expiresAfterMs: null });
    await store.transaction(async (transaction) => {
      await setPaused(transaction, "oracle", true);
      await stopAutoApproveClocks(transaction, "oracle");
    });
    const { clock_stopped_at } = await readRow(store, row.id);
    expect(clock_stopped_at).toBeGreaterThanOrEqual(row.created_at);
    await store.transaction((transaction) => restartAutoApproveClocks(transaction, "oracle"));
    expect((await readRow(store, row.id)).clock_stopped_at).toBe(clock_stopped_at);
    const resumedAt = await store.transaction(async (transaction) => {
      await setPaused(transaction, "oracle", false);
      await restartAutoApproveClocks(transaction, null);
      return transaction.nowMs;
    });
    const after = await readRow(store, row.id);
    expect(after.clock_stopped_at).toBeNull();
    expect(after.auto_approve_at).toBe(Number(row.auto_approve_at) + resumedAt - Number(clock_stopped_at));
  });

  test("a request that is delivered while its hand is paused has a clock that stands still", async () => {
    const store = await openStore();
    const change = { autoApproveAfterMs: minuteMs, autoApproveClock: "starts_on_delivery" } as const;
    const row = await ask(store, change);
    await store.transaction((transaction) => setPaused(transaction, "oracle", true));
    await store.transaction((transaction) => startAutoApproveClock(transaction, row.id));
    const { auto_approve_at, clock_stopped_at } = await readRow(store, row.id);
    expect(Number(auto_approve_at) - Number(clock_stopped_at)).toBe(minuteMs);
    expect(await createSweeper(store).nextDeadline()).toBe(row.expires_at);
  });

  test("several processes that find a gap at once start them anew once", async () => {
    const stores = [await openStore(), await openStore(), await openStore()];
    const store = stores[0] as Store;
    await createSweeper(store).sweepOnce();
    await ask(store, { autoApproveAfterMs: minuteMs, expiresAfterMs: null });
    await setLastAlive(store, 40_000);
    const reports = await Promise.all(stores.map((each) => createSweeper(each).sweepOnce()));
    expect(reports.map(({ restarted }) => restarted).sort()).toEqual([0, 0, 1]);
  });
});
