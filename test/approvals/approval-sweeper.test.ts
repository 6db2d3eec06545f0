import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ApprovalSweeper } from "../../src/approvals/index.ts";
import {
  createApprovalSweeper,
  restartAutoApproveClocks,
  startAutoApproveClock,
  stopAutoApproveClocks,
} from "../../src/approvals/index.ts";
import { silentLogger } from "../../src/core/index.ts";
import type { ApprovalRow, Store } from "../../src/store/index.ts";
import { openStore } from "../../src/store/index.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import {
  approval,
  ask,
  askInExecution,
  createWake,
  decide,
  interruptBeforeApproving,
  readEventData,
  readExecution,
  readRow,
  readStep,
  rejection,
  setPaused,
  setProjectPaused,
} from "./approval-fixture.ts";

let folder: string;
let clock: FakeClock;
let store: Store;
let isAllowed: boolean;
let wakes: ReturnType<typeof createWake>;
const sweepers: ApprovalSweeper[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-sweeper-"));
  clock = createFakeClock();
  store = await openStore({ db: path.join(folder, "hands.db"), clock, logger: silentLogger });
  isAllowed = true;
  wakes = createWake();
});

afterEach(async () => {
  await Promise.all(sweepers.splice(0).map((sweeper) => sweeper.stop()));
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function createSweeper(over: { readonly store?: Store; readonly clock?: FakeClock } = {}): ApprovalSweeper {
  const sweeper = createApprovalSweeper({
    store,
    clock,
    logger: silentLogger,
    wake: wakes.wake,
    isAutoApproveAllowed: () => isAllowed,
    ...over,
  });
  sweepers.push(sweeper);
  return sweeper;
}

async function startSweeper(): Promise<ApprovalSweeper> {
  const sweeper = createSweeper();
  await sweeper.start();
  return sweeper;
}

const automatic = (delayMs: number, change = {}) =>
  ask(store, { autoApproveAfterMs: delayMs, expiresAfterMs: null, ...change });
const statusOf = async (row: ApprovalRow) => (await readRow(store, row.id)).status;
const pause = (isPaused: boolean) =>
  store.transaction(async (transaction) => {
    await setPaused(transaction, "oracle", isPaused);
    await (isPaused ? stopAutoApproveClocks : restartAutoApproveClocks)(transaction, "oracle");
  });
const pauseAll = (isPaused: boolean) =>
  store.transaction(async (transaction) => {
    await setProjectPaused(transaction, isPaused);
    await (isPaused ? stopAutoApproveClocks : restartAutoApproveClocks)(transaction, null);
  });

describe("what is due", () => {
  test("a gate of two seconds is approved after two seconds, not one and not three", async () => {
    await startSweeper();
    await clock.advance(350);
    const row = await askInExecution(store, "e1", { autoApproveAfterMs: 2000, expiresAfterMs: null });
    await clock.advance(1999);
    expect(await statusOf(row)).toBe("pending");
    await clock.advance(1);
    expect(await readRow(store, row.id)).toMatchObject({
      status: "auto_approved",
      resolved_by: "runtime",
      resolved_via: "runtime",
      resolved_at: row.created_at + 2000,
    });
    expect((await readStep(store, "e1")).status).toBe("approved");
    expect([await readExecution(store, "e1"), wakes.woken]).toMatchObject([{ status: "queued" }, ["e1"]]);
    expect(await readEventData(store, "approval.auto_approved")).toMatchObject([
      { by: "runtime", isAudited: true },
    ]);
  });

  test("a request of another process is found in time as well", async () => {
    await startSweeper();
    const other = await openStore({ db: path.join(folder, "hands.db"), clock, logger: silentLogger });
    const row = await ask(other, { autoApproveAfterMs: 2000, expiresAfterMs: null });
    await other.close();
    await clock.advance(2000);
    expect(await statusOf(row)).toBe("auto_approved");
  });

  test("an expiry makes a request expired at its instant, and its step denied", async () => {
    await startSweeper();
    const row = await askInExecution(store, "e1", { expiresAfterMs: 1500 });
    await clock.advance(1499);
    expect(await statusOf(row)).toBe("pending");
    await clock.advance(1);
    expect(await readRow(store, row.id)).toMatchObject({
      status: "expired",
      resolved_at: row.created_at + 1500,
      resolved_by: "runtime",
    });
    expect((await readStep(store, "e1")).status).toBe("denied");
    expect(wakes.woken).toEqual(["e1"]);
  });

  test("expiry wins over an approval that is due at the same instant, and over one that was due before", async () => {
    const same = await automatic(5000, { expiresAfterMs: 5000 });
    const before = await automatic(5000, { expiresAfterMs: 6000 });
    const sweeper = createSweeper();
    await sweeper.sweepOnce();
    clock.freezeProcess(7000);
    expect(await sweeper.sweepOnce()).toMatchObject({ expired: 2, autoApproved: 0 });
    expect([await statusOf(same), await statusOf(before)]).toEqual(["expired", "expired"]);
  });

  test("a human who is first has decided", async () => {
    await startSweeper();
    const rejected = await automatic(2000);
    const approved = await automatic(2000);
    await clock.advance(1000);
    await decide(store, rejection(rejected.id));
    await decide(store, approval(approved.id));
    await clock.advance(5000);
    expect([await statusOf(rejected), await statusOf(approved)]).toEqual(["rejected", "approved"]);
  });

  test("an operator who forbids it today is obeyed for requests of yesterday", async () => {
    isAllowed = false;
    await startSweeper();
    const row = await automatic(2000);
    await clock.advance(10_000);
    expect(await statusOf(row)).toBe("pending");
    isAllowed = true;
    await clock.advance(1000);
    expect(await statusOf(row)).toBe("auto_approved");
  });

  test("a request that reached no channel yet is not approved", async () => {
    await startSweeper();
    const row = await automatic(2000, { autoApproveClock: "starts_on_delivery" });
    await clock.advance(10_000);
    expect(await statusOf(row)).toBe("pending");
    await store.transaction((transaction) => startAutoApproveClock(transaction, row.id));
    await clock.advance(2000);
    expect(await statusOf(row)).toBe("auto_approved");
  });

  test("one request that cannot be resolved does not hold up the others", async () => {
    const broken = await askInExecution(store, "e1", { autoApproveAfterMs: 1000, expiresAfterMs: null });
    const sound = await automatic(1500);
    await store.transaction((transaction) => transaction.db.deleteFrom("execution_steps").execute());
    await startSweeper();
    await clock.advance(3000);
    expect([await statusOf(broken), await statusOf(sound)]).toEqual(["pending", "auto_approved"]);
  });

  test("the next deadline is the earliest that is still to come", async () => {
    const sweeper = createSweeper();
    expect(await sweeper.nextDeadline()).toBeNull();
    await ask(store, { expiresAfterMs: 9000 });
    const row = await automatic(4000);
    expect(await sweeper.nextDeadline()).toBe(row.created_at + 4000);
    await pause(true);
    expect(await sweeper.nextDeadline()).toBe(row.created_at + 9000);
  });

  test("stopping leaves no timer and nothing is approved any more", async () => {
    const before = clock.timerCount;
    const sweeper = await startSweeper();
    const row = await automatic(2000);
    await clock.advance(100);
    await sweeper.stop();
    expect(clock.timerCount).toBe(before);
    await clock.advance(10_000);
    expect(await statusOf(row)).toBe("pending");
  });
});

describe("after a gap", () => {
  const gaps: readonly (readonly [string, (gapMs: number) => void])[] = [
    ["the machine slept", (gapMs) => clock.sleepMachine(gapMs)],
    ["the process was frozen", (gapMs) => clock.freezeProcess(gapMs)],
    ["only the monotonic clock moved", (gapMs) => clock.jumpMonotonic(gapMs)],
    ["the wall was set back", (gapMs) => clock.jumpWall(-gapMs)],
  ];
  test.each(gaps)("%s: each delay begins anew, in full, before anything is approved", async (_name, pass) => {
    await startSweeper();
    const row = await automatic(10_000);
    await clock.advance(9000);
    pass(40_000);
    const resumedAt = clock.now();
    await clock.advance(1000);
    const { status, auto_approve_at } = await readRow(store, row.id);
    expect(status).toBe("pending");
    expect(Number(auto_approve_at) - resumedAt).toBeGreaterThanOrEqual(10_000);
    await clock.advance(8500);
    expect(await statusOf(row)).toBe("pending");
    await clock.advance(1500);
    expect(await statusOf(row)).toBe("auto_approved");
    expect(await readEventData(store, "approval.delays_restarted")).toMatchObject([
      { count: 1, isAudited: true },
    ]);
  });

  test("up to 30 s it is no gap", async () => {
    const sweeper = createSweeper();
    await sweeper.sweepOnce();
    const row = await automatic(10_000);
    clock.freezeProcess(30_000);
    expect(await sweeper.sweepOnce()).toEqual({ expired: 0, autoApproved: 1, restarted: 0 });
    expect(await statusOf(row)).toBe("auto_approved");
  });

  test("at start, what came due while nothing ran begins anew", async () => {
    const first = createSweeper();
    await first.start();
    const row = await automatic(10_000);
    await first.stop();
    clock.freezeProcess(60_000);
    await startSweeper();
    expect(await readRow(store, row.id)).toMatchObject({
      status: "pending",
      auto_approve_at: clock.now() + 10_000,
    });
    await clock.advance(10_000);
    expect(await statusOf(row)).toBe("auto_approved");
  });

  test("in a store that no sweeper has seen, what is due begins anew", async () => {
    const row = await automatic(1000);
    clock.freezeProcess(5000);
    expect(await createSweeper().sweepOnce()).toMatchObject({ restarted: 1, autoApproved: 0 });
    expect((await readRow(store, row.id)).auto_approve_at).toBe(clock.now() + 1000);
  });

  test("expiry counts through the gap", async () => {
    const sweeper = createSweeper();
    await sweeper.sweepOnce();
    const row = await automatic(10_000, { expiresAfterMs: 40_000 });
    clock.sleepMachine(3_600_000);
    await sweeper.sweepOnce();
    expect(await statusOf(row)).toBe("expired");
  });

  test("one process that froze while another lived is no gap, and finds none", async () => {
    const frozen = createSweeper();
    const living = createSweeper();
    await frozen.sweepOnce();
    await living.sweepOnce();
    const row = await automatic(100_000);
    for (let second = 0; second < 60; second += 20) {
      clock.freezeProcess(20_000);
      await living.sweepOnce();
    }
    expect(await frozen.sweepOnce()).toMatchObject({ restarted: 0 });
    expect((await readRow(store, row.id)).auto_approve_at).toBe(row.auto_approve_at);
  });

  test("of several processes that find the gap one moves the deadlines", async () => {
    const others = [createSweeper(), createSweeper(), createSweeper()];
    for (const sweeper of others) await sweeper.sweepOnce();
    await automatic(10_000);
    clock.freezeProcess(60_000);
    const reports = await Promise.all(others.map((sweeper) => sweeper.sweepOnce()));
    expect(reports.map(({ restarted }) => restarted).sort()).toEqual([0, 0, 1]);
    expect(reports.every(({ autoApproved }) => autoApproved === 0)).toBe(true);
  });

  test("a process that freezes between looking and approving approves nothing", async () => {
    await createSweeper().sweepOnce();
    const row = await automatic(500);
    clock.freezeProcess(1000);
    const interrupted = interruptBeforeApproving(store, async () => clock.freezeProcess(3_600_000));
    expect(await createSweeper({ store: interrupted }).sweepOnce()).toMatchObject({ autoApproved: 0 });
    expect(await statusOf(row)).toBe("pending");
  });
});

describe("a pause", () => {
  test("that comes between looking and approving is obeyed, even if it stopped no clock", async () => {
    await createSweeper().sweepOnce();
    const row = await automatic(500);
    clock.freezeProcess(1000);
    const interrupted = interruptBeforeApproving(store, () =>
      store.transaction((transaction) => setPaused(transaction, "oracle", true)),
    );
    expect(await createSweeper({ store: interrupted }).sweepOnce()).toMatchObject({ autoApproved: 0 });
    expect(await statusOf(row)).toBe("pending");
  });

  test.each([
    ["of the hand", pause],
    ["of everything", pauseAll],
  ] as const)("%s stops the clock, and resuming lets it go on where it stood", async (_name, setPause) => {
    await startSweeper();
    const row = await automatic(10_000);
    await clock.advance(4000);
    await setPause(true);
    await clock.advance(100_000);
    expect(await statusOf(row)).toBe("pending");
    await setPause(false);
    await clock.advance(5999);
    expect(await statusOf(row)).toBe("pending");
    await clock.advance(1);
    expect(await statusOf(row)).toBe("auto_approved");
  });

  test("of another hand changes nothing", async () => {
    await startSweeper();
    const row = await automatic(2000, { handName: "scout" });
    await pause(true);
    await clock.advance(2000);
    expect(await statusOf(row)).toBe("auto_approved");
  });

  test("whatever the columns say, nothing of a paused hand is approved", async () => {
    await startSweeper();
    const row = await automatic(2000);
    await store.transaction((transaction) => setPaused(transaction, "oracle", true));
    await clock.advance(10_000);
    expect(await statusOf(row)).toBe("pending");
    await store.transaction((transaction) => setPaused(transaction, "oracle", false));
    await store.transaction((transaction) => setProjectPaused(transaction, true));
    await clock.advance(10_000);
    expect(await statusOf(row)).toBe("pending");
  });

  test("of a hand outlasts the resuming of everything", async () => {
    const own = await automatic(2000);
    const other = await automatic(2000, { handName: "scout" });
    await pause(true);
    await pauseAll(true);
    await pauseAll(false);
    expect((await readRow(store, own.id)).clock_stopped_at).not.toBeNull();
    expect((await readRow(store, other.id)).clock_stopped_at).toBeNull();
  });

  test("a human still decides, and what expires expires", async () => {
    await startSweeper();
    const decided = await automatic(2000);
    const expiring = await automatic(2000, { expiresAfterMs: 5000 });
    await pause(true);
    expect((await decide(store, approval(decided.id))).won).toBe(true);
    await clock.advance(5000);
    expect(await statusOf(expiring)).toBe("expired");
  });

  test("a gap while it is paused gives the full delay after it", async () => {
    await startSweeper();
    const row = await automatic(10_000);
    await pause(true);
    clock.freezeProcess(60_000);
    await clock.advance(2000);
    await pause(false);
    await clock.advance(9500);
    expect(await statusOf(row)).toBe("pending");
    await clock.advance(500);
    expect(await statusOf(row)).toBe("auto_approved");
  });
});
