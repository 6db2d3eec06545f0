import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { settleRestoredStore } from "../../src/approvals/index.ts";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { NewStep, Store } from "../../src/store/index.ts";
import {
  insertExecution,
  insertSteps,
  isAllPaused,
  listPendingApprovals,
  listSteps,
  openStore,
} from "../../src/store/index.ts";

let folder = "";
const stores: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-restored-"));
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(name: string): Promise<Store> {
  const store = await openStore({ db: path.join(folder, name), clock: systemClock, logger: silentLogger });
  stores.push(store);
  return store;
}

async function addExecution(
  store: Store,
  steps: readonly Omit<NewStep, "execution_id" | "kind">[],
): Promise<string> {
  return await store.transaction(async (transaction) => {
    const row = await insertExecution(transaction, {
      handName: "payer",
      trigger: "manual",
      scheduledFor: null,
      priority: 0,
      input: null,
      parameters: null,
      eventId: null,
      chain: [],
      retryOf: null,
      notBefore: null,
    });
    if (row === null) throw new Error("not inserted");
    await insertSteps(
      transaction,
      steps.map((step) => ({ ...step, kind: "tool", execution_id: row.id })),
    );
    return row.id;
  });
}

const CALLS = [
  { step_index: 0, name: "fetch", effect: "read", status: "executing" },
  { step_index: 1, name: "pay", effect: "destructive", status: "approved", args_json: '{"amount":5}' },
  { step_index: 2, name: "write", effect: "write", status: "executing" },
  { step_index: 3, name: "pay", effect: "destructive", status: "done" },
  { step_index: 4, name: "pay", effect: "destructive", status: "awaiting" },
] as const;

test("what a restored backup says was under way is asked about, and everything is paused, once", async () => {
  const original = await open("hands.db");
  const id = await addExecution(original, CALLS);
  const ended = await addExecution(original, CALLS);
  await original.transaction(({ db }) =>
    db.updateTable("hand_executions").set({ status: "ended" }).where("id", "=", ended).execute(),
  );
  await original.backup(path.join(folder, "copy.db"));
  expect(await settleRestoredStore(original)).toBeNull();
  expect(await isAllPaused(original)).toBe(false);

  const copy = await open("copy.db");
  expect(await settleRestoredStore(copy)).toBe(2);
  expect(await isAllPaused(copy)).toBe(true);
  expect((await listSteps(copy, id)).map(({ status }) => status)).toEqual([
    "executing",
    "unknown",
    "unknown",
    "done",
    "awaiting",
  ]);
  expect((await listSteps(copy, ended)).map(({ status }) => status)).toEqual(
    CALLS.map(({ status }) => status),
  );
  const questions = await listPendingApprovals(copy, copy.nowMs(), { executionId: id });
  expect(questions).toHaveLength(2);
  expect(questions.find(({ tool }) => tool === "pay")).toMatchObject({
    kind: "unknown",
    args_json: '{"amount":5}',
  });
  expect(questions.find(({ tool }) => tool === "write")).toMatchObject({ kind: "unknown" });
  expect(await settleRestoredStore(copy)).toBeNull();
});

test("so many calls under way that they do not fit one transaction are all asked about", async () => {
  const original = await open("hands.db");
  const call = (step_index: number) =>
    ({ step_index, name: "pay", effect: "destructive", status: "approved" }) as const;
  const ids = [];
  for (let number = 0; number < 11; number += 1) {
    ids.push(
      await addExecution(
        original,
        Array.from({ length: 10 }, (_, index) => call(index)),
      ),
    );
  }
  await original.backup(path.join(folder, "copy.db"));
  expect(await settleRestoredStore(await open("copy.db"))).toBe(110);
});
