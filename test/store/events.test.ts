import { expect, test } from "vitest";
import type { Store, StoreTransaction } from "../../src/store/index.ts";
import {
  appendEvent,
  pruneEvents,
  readEvents,
  readLastPosition,
  sealEvents,
  verifyEventChain,
} from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";

/** Every third event is audited: 3, 6, 9 … */
async function append(store: Store, count: number, handName = "scout"): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await store.transaction((transaction) =>
      appendEvent(transaction, { type: "tested", handName, data: { number }, isAudited: number % 3 === 0 }),
    );
  }
}

function tamper(
  store: Store,
  change: (db: StoreTransaction["db"]) => { execute(): Promise<unknown> },
): Promise<unknown> {
  return store.transaction(({ db }) => change(db).execute());
}

describeEachStore("events", (openStore) => {
  test("an event can be read once it is sealed, in its place, with what was recorded", async () => {
    const store = await openStore();
    const id = await store.transaction((transaction) =>
      appendEvent(transaction, {
        type: "approval.decided",
        handName: "scout",
        executionId: "e1",
        data: { by: "someone", args: [1, null, "ü"] },
        isAudited: true,
      }),
    );
    expect(await readEvents(store, { afterPosition: 0, limit: 10 })).toEqual([]);
    expect(await sealEvents(store)).toBe(1);
    expect(await readEvents(store, { afterPosition: 0, limit: 10 })).toEqual([
      {
        id,
        position: 1,
        type: "approval.decided",
        handName: "scout",
        executionId: "e1",
        data: { by: "someone", args: [1, null, "ü"] },
        createdAt: expect.closeTo(Date.now(), -4),
        isAudited: true,
      },
    ]);
    expect(await readLastPosition(store)).toBe(1);
    expect(await sealEvents(store)).toBe(0);
  });

  test("an event of a transaction that failed never happened", async () => {
    const store = await openStore();
    const failing = store.transaction(async (transaction) => {
      await appendEvent(transaction, { type: "tested", data: null });
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await sealEvents(store)).toBe(0);
  });

  test("many writers and sealers at once leave one order without gaps or repeats, and a chain that holds", async () => {
    const stores = [await openStore(), await openStore(), await openStore()];
    const perWriter = 60;
    let isWriting = true;
    const sealing = stores.slice(0, 2).map(async (store) => {
      let sealed = 0;
      while (isWriting) {
        sealed += await sealEvents(store);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return sealed + (await sealEvents(store));
    });
    await Promise.all(stores.map((store, index) => append(store, perWriter, `hand-${index}`)));
    isWriting = false;
    const sealedCounts = await Promise.all(sealing);

    const total = perWriter * stores.length;
    expect(sealedCounts.reduce((sum, count) => sum + count, 0)).toBe(total);
    const [store] = stores;
    if (store === undefined) throw new Error("no store");
    const events = await readEvents(store, { afterPosition: 0, limit: 1_000 });
    expect(events.map(({ position }) => position)).toEqual(
      Array.from({ length: total }, (_, index) => index + 1),
    );
    for (const hand of ["hand-0", "hand-1", "hand-2"]) {
      const numbers = events.filter(({ handName }) => handName === hand).map(({ data }) => data);
      expect(numbers).toEqual(Array.from({ length: perWriter }, (_, index) => ({ number: index + 1 })));
    }
    expect(await verifyEventChain(store)).toMatchObject({
      isIntact: true,
      eventCount: total,
      auditedCount: total / 3,
    });
  });

  test("a reader goes on after a place, and can follow one execution", async () => {
    const store = await openStore();
    await append(store, 5);
    await store.transaction((transaction) =>
      appendEvent(transaction, { type: "x", executionId: "e1", data: 1 }),
    );
    await sealEvents(store);
    const page = await readEvents(store, { afterPosition: 2, limit: 2 });
    expect(page.map(({ position }) => position)).toEqual([3, 4]);
    const own = await readEvents(store, { afterPosition: 0, limit: 10, executionId: "e1" });
    expect(own.map(({ position }) => position)).toEqual([6]);
  });

  const TAMPERINGS: Record<
    string,
    { change: (db: StoreTransaction["db"]) => { execute(): Promise<unknown> }; position: number }
  > = {
    "changed data of an audited event": {
      change: (db) => db.updateTable("events").set({ data_json: '{"number":99}' }).where("position", "=", 6),
      position: 6,
    },
    "a changed time of an audited event": {
      change: (db) => db.updateTable("events").set({ created_at: 1 }).where("position", "=", 3),
      position: 3,
    },
    "a forged hash": {
      change: (db) =>
        db
          .updateTable("events")
          .set({ hash: "f".repeat(64) })
          .where("position", "=", 6),
      position: 6,
    },
    "another hash as that of the audited event before": {
      change: (db) =>
        db
          .updateTable("events")
          .set({ previous_hash: "f".repeat(64) })
          .where("position", "=", 6),
      position: 6,
    },
    "an audited event that is no longer marked so": {
      change: (db) => db.updateTable("events").set({ is_audited: 0 }).where("position", "=", 6),
      position: 6,
    },
    "an audited event that was disguised wholly": {
      change: (db) =>
        db
          .updateTable("events")
          .set({ is_audited: 0, hash: null, previous_hash: null })
          .where("position", "=", 6),
      position: 9,
    },
    "a removed audited event": {
      change: (db) => db.deleteFrom("events").where("position", "=", 6),
      position: 6,
    },
    "a removed ordinary event": {
      change: (db) => db.deleteFrom("events").where("position", "=", 4),
      position: 4,
    },
    "a removed first event": {
      change: (db) => db.deleteFrom("events").where("position", "=", 1),
      position: 1,
    },
    "removed last events": {
      change: (db) => db.deleteFrom("events").where("position", ">=", 9),
      position: 9,
    },
    "all removed": { change: (db) => db.deleteFrom("events"), position: 1 },
    "an event added behind the end": {
      change: (db) =>
        db.insertInto("events").values({
          id: "forged",
          position: 13,
          type: "forged",
          hand_name: null,
          execution_id: null,
          data_json: "{}",
          created_at: 1,
          is_audited: 0,
          previous_hash: null,
          hash: null,
        }),
      position: 13,
    },
  };

  test.each(Object.entries(TAMPERINGS))(
    "a verification finds %s, and names the place",
    async (_name, tampering) => {
      const store = await openStore();
      await append(store, 12);
      await sealEvents(store);
      expect(await verifyEventChain(store)).toMatchObject({
        isIntact: true,
        eventCount: 12,
        auditedCount: 4,
      });
      await tamper(store, tampering.change);
      expect(await verifyEventChain(store)).toMatchObject({ isIntact: false, position: tampering.position });
    },
  );

  test("a verification finds two audited events that changed places", async () => {
    const store = await openStore();
    await append(store, 12);
    await sealEvents(store);
    await store.transaction(async ({ db }) => {
      for (const [from, to] of [
        [6, 1_000],
        [9, 6],
        [1_000, 9],
      ] as const) {
        await db.updateTable("events").set({ position: to }).where("position", "=", from).execute();
      }
    });
    expect(await verifyEventChain(store)).toMatchObject({ isIntact: false, position: 6 });
  });

  test("an anchor shows that the end was cut off, that all was written anew, or that an older copy is in place", async () => {
    const store = await openStore();
    await append(store, 12);
    await sealEvents(store);
    const verdict = await verifyEventChain(store);
    if (!verdict.isIntact) throw new Error(verdict.problem);
    const anchors = [{ ...verdict.head, at: "2026-01-01T00:00:00.000Z" }];
    await append(store, 3);
    await sealEvents(store);
    expect(await verifyEventChain(store, anchors)).toMatchObject({ isIntact: true, anchorCount: 1 });

    await tamper(store, (db) => db.deleteFrom("events").where("position", ">=", 10));
    const last = await store.db
      .selectFrom("events")
      .select("hash")
      .where("position", "=", 9)
      .executeTakeFirst();
    const cutOff = JSON.stringify({ position: 9, hash: last?.hash });
    await tamper(store, (db) =>
      db.updateTable("runtime_state").set({ value: cutOff }).where("key", "=", "events.head"),
    );
    expect(await verifyEventChain(store), "the chain alone cannot tell").toMatchObject({ isIntact: true });
    expect(await verifyEventChain(store, anchors)).toMatchObject({ isIntact: false, position: 10 });

    await append(store, 6);
    await sealEvents(store);
    expect(await verifyEventChain(store)).toMatchObject({ isIntact: true });
    expect(await verifyEventChain(store, anchors)).toMatchObject({
      isIntact: false,
      position: 12,
      problem: expect.stringContaining("anchored at 2026-01-01"),
    });
  });

  test("pruning takes the oldest and leaves a checkpoint from which the rest is verified", async () => {
    const store = await openStore();
    await append(store, 8);
    await sealEvents(store);
    await tamper(store, (db) => db.updateTable("events").set({ created_at: 1 }).where("position", "<=", 7));
    await append(store, 4);
    await sealEvents(store);
    expect(await pruneEvents(store, { createdBefore: 2 })).toBe(7);
    expect(await pruneEvents(store, { createdBefore: 2 })).toBe(0);
    const rest = await readEvents(store, { afterPosition: 0, limit: 100 });
    expect(rest.map(({ position }) => position)).toEqual([8, 9, 10, 11, 12]);
    expect(await verifyEventChain(store)).toMatchObject({ isIntact: true, eventCount: 5, auditedCount: 1 });
    await tamper(store, (db) => db.deleteFrom("events").where("position", "=", 8));
    expect(await verifyEventChain(store)).toMatchObject({ isIntact: false, position: 8 });
  });

  test("everything can be pruned, and the count goes on", async () => {
    const store = await openStore();
    await append(store, 3);
    await sealEvents(store);
    expect(await pruneEvents(store, { createdBefore: Date.now() + 60_000 })).toBe(3);
    await append(store, 3);
    await sealEvents(store);
    expect(
      (await readEvents(store, { afterPosition: 0, limit: 10 })).map(({ position }) => position),
    ).toEqual([4, 5, 6]);
    expect(await verifyEventChain(store)).toMatchObject({ isIntact: true, eventCount: 3, auditedCount: 1 });
  });
});
