import { expect, test } from "vitest";
import type { StoreTransaction } from "../../src/store/index.ts";
import { findExecution } from "../../src/store/index.ts";
import type { RunnerBench } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { modelHand } from "../support/simple-hands.ts";

const FIRE = { handName: "thinker", trigger: "schedule" } as const;

async function openThinker(maxConcurrent: number): Promise<RunnerBench> {
  const bench = await openRunnerBench({ maxConcurrent, replies: () => ({ text: "done" }) });
  const files = modelHand("thinker", []);
  const free = 'schedule = { cron = "0 7 * * *", overlap = "allow" }\n[tools]';
  bench.writeHand("thinker", {
    ...files,
    "HAND.toml": files["HAND.toml"]?.replace("[tools]", free) ?? "",
  });
  await bench.addState("thinker");
  return bench;
}

/** Starts so many in one transaction that may have a place; gives how each stood in it. */
async function startInOne(
  bench: RunnerBench,
  count: number,
  before: (transaction: StoreTransaction) => void = () => {},
) {
  return await bench.runner.withPlace("thinker", (start) =>
    bench.store.transaction(async (transaction) => {
      before(transaction);
      const rows = [];
      for (let fire = 0; fire < count; fire += 1) {
        const id = await start(transaction, { ...FIRE, scheduledFor: fire });
        rows.push(id === null ? undefined : await findExecution(transaction, id));
      }
      return rows;
    }),
  );
}

test("what is started where a place is free is this process's in that very transaction, the first of several", async () => {
  const bench = await openThinker(2);
  await bench.runner.start();
  const [first, second] = await startInOne(bench, 2);
  expect(first).toMatchObject({ status: "running", fence: 1, attempt: 1, lease_owner: bench.parts.nodeId });
  expect(first?.started_at).toBe(first?.created_at);
  expect(second).toMatchObject({ status: "queued", fence: 0, lease_owner: null });
  for (const row of [first, second])
    await expect.poll(async () => (await bench.runner.getExecution(row?.id ?? "")).outcome).toBe("success");
  expect(await startInOne(bench, 1)).toEqual([undefined]);
  await bench.runner.stop();
});

test("where no place is free, or nobody works here, it is queued", async () => {
  const bench = await openThinker(1);
  expect(await startInOne(bench, 1)).toMatchObject([{ status: "queued" }]);
  await bench.runner.start();
  const taken = bench.runner.withPlace("thinker", async (start) => {
    const nested = await bench.runner.withPlace("thinker", (other) =>
      bench.store.transaction(async (transaction) => {
        const id = await other(transaction, { ...FIRE, scheduledFor: 10 });
        return await findExecution(transaction, id ?? "");
      }),
    );
    expect(nested).toMatchObject({ status: "queued" });
    return await bench.store.transaction((transaction) => start(transaction, { ...FIRE, scheduledFor: 11 }));
  });
  expect(await taken).not.toBeNull();
  await expect.poll(() => bench.runner.running).toEqual([]);
  await bench.runner.stop();
});

test("a transaction that fails starts nothing and gives its place back", async () => {
  const bench = await openThinker(1);
  await bench.runner.start();
  const failing = startInOne(bench, 1, (transaction) => {
    transaction.onCommit(() => expect.unreachable("it was not committed"));
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  const afterStart = bench.runner.withPlace("thinker", (start) =>
    bench.store.transaction(async (transaction) => {
      await start(transaction, { ...FIRE, scheduledFor: 0 });
      throw new Error("after it");
    }),
  );
  await expect(afterStart).rejects.toThrow("after it");
  expect(bench.runner.running).toEqual([]);
  expect(await startInOne(bench, 1)).toMatchObject([{ status: "running" }]);
  await bench.runner.stop();
});

test("what is held or skipped is so in the transaction of its start, and takes no place", async () => {
  const bench = await openThinker(1);
  await bench.runner.start();
  await bench.store.transaction((transaction) =>
    transaction.db
      .updateTable("hand_states")
      .set({ is_paused: 1 })
      .where("hand_name", "=", "thinker")
      .execute(),
  );
  expect(await startInOne(bench, 1)).toMatchObject([
    { status: "ended", outcome: "skipped", reason: "paused" },
  ]);
  expect(bench.runner.running).toEqual([]);
  await bench.runner.stop();
});

test("stopping waits for what is about to be started here, and hands it back", async () => {
  const bench = await openThinker(1);
  await bench.runner.start();
  const isHeld = Promise.withResolvers<void>();
  const started = bench.runner.withPlace("thinker", async (start) => {
    await isHeld.promise;
    return await bench.store.transaction((transaction) => start(transaction, { ...FIRE, scheduledFor: 0 }));
  });
  const stopping = bench.runner.stop();
  isHeld.resolve();
  const id = await started;
  await stopping;
  expect(bench.runner.running).toEqual([]);
  const row = await bench.runner.getExecution(id ?? "");
  expect(["queued", "ended"]).toContain(row.status);
  expect(row.lease_owner).toBeNull();
});
