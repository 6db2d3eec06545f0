import { expect, test } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import type { StoreChange } from "../../src/store/index.ts";
import { forUpdate } from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";
import { listKeys, remember } from "./memory-rows.ts";
import { createRecordingLogger } from "./recording-logger.ts";

describeEachStore("transactions", (openStore, { kind }) => {
  test("what the work returns comes back once it is committed", async () => {
    const store = await openStore();
    const result = await store.transaction(async (transaction) => {
      await remember(transaction, "a");
      return "done";
    });
    expect(result).toBe("done");
    expect(await listKeys(store)).toEqual(["a"]);
    expect(await listKeys(await openStore())).toEqual(["a"]);
  });

  test("work that throws leaves nothing, and its callbacks and topics are dropped", async () => {
    const store = await openStore();
    const heard: StoreChange[] = [];
    store.onChange((change) => heard.push(change));
    const failing = store.transaction(async (transaction) => {
      await remember(transaction, "a");
      transaction.notify({ kind: "events" });
      transaction.onCommit(() => heard.push({ origin: "local", topics: [] }));
      throw new HandsError("denied", "no");
    });
    await expect(failing).rejects.toMatchObject({ code: "denied" });
    expect(await listKeys(store)).toEqual([]);
    expect(heard.filter(({ origin }) => origin === "local")).toEqual([]);
  });

  test("a unit that fails among others takes back its own writes alone", async () => {
    const store = await openStore();
    const results = await Promise.allSettled(
      ["a", "b", "c"].map((key) =>
        store.transaction(async (transaction) => {
          await remember(transaction, key);
          if (key === "b") throw new Error("no b");
          return key;
        }),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await listKeys(store)).toEqual(["a", "c"]);
  });

  test("a failed query dooms its unit even when the work swallows the error", async () => {
    const store = await openStore();
    await store.transaction((transaction) => remember(transaction, "a"));
    const doomed = store.transaction(async (transaction) => {
      await remember(transaction, "b");
      await remember(transaction, "a").catch(() => {});
      await remember(transaction, "c").catch(() => {});
    });
    await expect(doomed).rejects.toMatchObject({ code: "store_failed", message: /unique/i });
    expect(await listKeys(store)).toEqual(["a"]);
  });

  test("a query that nobody awaited is refused after the unit's end", async () => {
    const store = await openStore();
    let late: Promise<void> | undefined;
    await store.transaction(async (transaction) => {
      late = Promise.resolve()
        .then(() => new Promise((resolve) => setTimeout(resolve, 100)))
        .then(() => remember(transaction, "late"));
      late.catch(() => {});
      await remember(transaction, "a");
    });
    await expect(late).rejects.toMatchObject({ code: "internal", message: /after its end/ });
    expect(await listKeys(store)).toEqual(["a"]);
  });

  test("callbacks run once, in order, when everybody can see the commit; one that throws hurts nobody", async () => {
    const logger = createRecordingLogger();
    const store = await openStore({ logger });
    const other = await openStore();
    const order: string[] = [];
    let seenByOther: Promise<string[]> | undefined;
    await store.transaction(async (transaction) => {
      transaction.onCommit(() => {
        order.push("first");
        seenByOther = listKeys(other);
      });
      transaction.onCommit(() => {
        throw new Error("broken callback");
      });
      transaction.onCommit(() => order.push("third"));
      transaction.notify({ kind: "hand", handName: "scout" });
      await remember(transaction, "a");
      expect(order).toEqual([]);
    });
    expect(order).toEqual(["first", "third"]);
    expect(await seenByOther).toEqual(["a"]);
    expect(logger.lines).toEqual([
      { level: "error", message: "A callback after a commit threw.", fields: { error: "broken callback" } },
    ]);
  });

  test("topics reach our own followers at once, after the callbacks, each once", async () => {
    const store = await openStore();
    const heard: unknown[] = [];
    store.onChange((change) => {
      if (change.origin === "local") heard.push(change);
    });
    const stop = store.onChange(() => heard.push("stopped listener"));
    stop();
    await store.transaction(async (transaction) => {
      transaction.onCommit(() => heard.push("callback"));
      transaction.notify({ kind: "hand", handName: "scout" });
      transaction.notify({ kind: "events" });
      transaction.notify({ kind: "hand", handName: "scout" });
      await remember(transaction, "a");
    });
    expect(heard).toEqual([
      "callback",
      { origin: "local", topics: [{ kind: "hand", handName: "scout" }, { kind: "events" }] },
    ]);
  });

  test("commits of another store are noticed, our own are not taken for foreign", async () => {
    const store = await openStore();
    const other = await openStore();
    const heard: StoreChange[] = [];
    store.onChange((change) => heard.push(change));
    const write = (target: typeof store, key: string) =>
      target.transaction(async (transaction) => {
        await remember(transaction, key);
        transaction.notify({ kind: "hand", handName: "scout" });
      });
    await write(store, "a");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(heard.map(({ origin }) => origin)).toEqual(["local"]);

    const noticed = new Promise<StoreChange>((resolve) => {
      store.onChange((change) => change.origin === "foreign" && resolve(change));
    });
    await write(other, "b");
    const topics = kind === "sqlite" ? null : [{ kind: "hand", handName: "scout" }];
    expect(await noticed).toEqual({ origin: "foreign", topics });
    expect(await listKeys(store)).toEqual(["a", "b"]);
  });

  test("the store's own db refuses to write", async () => {
    const store = await openStore();
    await store.transaction((transaction) => remember(transaction, "a"));
    await expect(store.db.deleteFrom("hand_memory").execute()).rejects.toBeInstanceOf(HandsError);
    await expect(store.db.schema.dropTable("hand_memory").execute()).rejects.toBeInstanceOf(HandsError);
    expect(await listKeys(store)).toEqual(["a"]);
  });

  test("inside a transaction, neither another one nor the store's own db can be used", async () => {
    const store = await openStore();
    const nested = store.transaction(() => store.transaction(async () => {}));
    await expect(nested).rejects.toMatchObject({ code: "internal", message: /inside a transaction/ });
    const reading = store.transaction(() => listKeys(store));
    await expect(reading).rejects.toMatchObject({ code: "internal", message: /inside a transaction/ });
    await expect(store.transaction(async () => "well")).resolves.toBe("well");
  });

  test("a close waits for what was begun and refuses what comes after", async () => {
    const store = await openStore();
    const begun = store.transaction((transaction) => remember(transaction, "a"));
    const closed = store.close();
    await expect(begun).resolves.toBeUndefined();
    await closed;
    await expect(store.transaction(async () => {})).rejects.toMatchObject({ code: "stopping" });
    await expect(listKeys(store)).rejects.toMatchObject({ code: "stopping" });
    expect(await listKeys(await openStore())).toEqual(["a"]);
  });

  test("of many who read, lock and count up, none is lost", async () => {
    const stores = [await openStore(), await openStore()];
    await stores[0]?.transaction((transaction) => remember(transaction, "counter"));
    const count = 40;
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        stores[index % 2]?.transaction(async (transaction) => {
          const query = transaction.db.selectFrom("hand_memory").selectAll().where("key", "=", "counter");
          const row = await forUpdate(transaction, query).executeTakeFirstOrThrow();
          await transaction.db
            .updateTable("hand_memory")
            .set({ value_json: String(Number(row.value_json) + 1) })
            .where("key", "=", "counter")
            .execute();
        }),
      ),
    );
    const row = await stores[0]?.db.selectFrom("hand_memory").select("value_json").executeTakeFirst();
    expect(row?.value_json).toBe(String(count + 1));
  });

  test("a unit that awaits something else is reported with its duration", async () => {
    const logger = createRecordingLogger();
    const store = await openStore({ logger });
    await store.transaction(async (transaction) => {
      await remember(transaction, "a");
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    });
    const reports = logger.lines.filter(({ level }) => level === "error");
    expect(reports.length).toBeGreaterThan(0);
    expect(reports.at(-1)?.fields?.["durationMs"]).toBeGreaterThan(1_000);
    expect(reports.at(-1)?.fields?.["work"]).toContain("setTimeout(resolve");
  });

  test("the transaction's instant is the store's", async () => {
    const store = await openStore();
    const before = store.nowMs();
    const instant = await store.transaction(async ({ nowMs }) => nowMs);
    expect(instant).toBeGreaterThanOrEqual(before);
    expect(instant).toBeLessThanOrEqual(store.nowMs());
    expect(Math.abs(store.nowMs() - Date.now())).toBeLessThan(1_000);
  });
});
