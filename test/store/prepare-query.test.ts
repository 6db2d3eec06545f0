import type { CompiledQuery } from "kysely";
import { expect, test } from "vitest";
import type { Store, StoreTransaction } from "../../src/store/index.ts";
import { prepareQuery } from "../../src/store/prepare-query.ts";
import { describeEachStore } from "../support/stores.ts";

type Source = Pick<Store | StoreTransaction, "db">;

describeEachStore("a prepared query", (openStore) => {
  test("is built once for each shape of its values, and bound to what each run is given", async () => {
    const store = await openStore();
    let builtCount = 0;
    const put = prepareQuery(
      ({ db }: StoreTransaction, { rows }: { readonly rows: readonly { key: string; value: string }[] }) => {
        builtCount += 1;
        return db.insertInto("runtime_state").values(rows.map((row) => ({ ...row, updated_at: 1 })));
      },
    );
    const find = prepareQuery(
      ({ db }: Source, { keys, value }: { readonly keys: readonly string[]; readonly value?: string }) => {
        builtCount += 1;
        let query = db
          .selectFrom("runtime_state")
          .select(["key", "value"])
          .where("key", "in", [...keys]);
        if (value !== undefined) query = query.where("value", "=", value);
        return query.orderBy("key");
      },
    );

    await store.transaction(async (transaction) => {
      await put(transaction, { rows: [{ key: "a", value: "1" }] });
      await put(transaction, { rows: [{ key: "b", value: "2" }] });
      await put(transaction, {
        rows: [
          { key: "c", value: "'; drop" },
          { key: "d", value: "2" },
        ],
      });
    });
    expect(builtCount).toBe(2);

    expect((await find(store, { keys: ["a", "c"] })).rows).toEqual([
      { key: "a", value: "1" },
      { key: "c", value: "'; drop" },
    ]);
    expect((await find(store, { keys: ["b", "d"] })).rows.map(({ key }) => key)).toEqual(["b", "d"]);
    expect((await find(store, { keys: ["a", "b"], value: "2" })).rows).toEqual([{ key: "b", value: "2" }]);
    expect(builtCount).toBe(4);
  });

  test("says how many rows it changed, and takes part in its transaction alone", async () => {
    const store = await openStore();
    const change = prepareQuery(({ db }: StoreTransaction, { key, value }: { key: string; value: string }) =>
      db.updateTable("runtime_state").set({ value }).where("key", "=", key),
    );
    await store.transaction(async ({ db, nowMs }) => {
      await db.insertInto("runtime_state").values({ key: "x", value: "0", updated_at: nowMs }).execute();
    });
    const counts = await store.transaction(async (transaction) => [
      (await change(transaction, { key: "x", value: "1" })).numAffectedRows,
      (await change(transaction, { key: "y", value: "1" })).numAffectedRows,
    ]);
    expect(counts).toEqual([1n, 0n]);

    const failing = store.transaction(async (transaction) => {
      await change(transaction, { key: "x", value: "2" });
      throw new Error("taken back");
    });
    await expect(failing).rejects.toThrow("taken back");
    const row = await store.db.selectFrom("runtime_state").select("value").where("key", "=", "x").execute();
    expect(row).toEqual([{ value: "1" }]);
  });

  test("has its constants in its text, where a database sees them when it plans, and its values beside it", async () => {
    const store = await openStore();
    const find = prepareQuery(({ db }: Source, { value }: { readonly value: string }) =>
      db
        .selectFrom("runtime_state")
        .select("key")
        .where("key", "in", ["it's", "other"])
        .where("value", "=", value)
        .where("updated_at", ">=", 1)
        .limit(5),
    );
    await store.transaction(async ({ db }) => {
      await db.insertInto("runtime_state").values({ key: "it's", value: "x", updated_at: 1 }).execute();
    });
    const asked: CompiledQuery[] = [];
    const db = new Proxy(store.db, {
      get: (target, name) => {
        if (name !== "executeQuery") {
          const member: unknown = Reflect.get(target, name, target);
          return typeof member === "function" ? member.bind(target) : member;
        }
        return (query: CompiledQuery) => {
          asked.push(query);
          return target.executeQuery(query);
        };
      },
    });
    expect((await find({ db }, { value: "x" })).rows).toEqual([{ key: "it's" }]);
    expect((await find({ db }, { value: "y" })).rows).toEqual([]);
    expect(asked.map(({ parameters }) => parameters)).toEqual([["x"], ["y"]]);
    expect(asked[0]?.sql).toContain("('it''s', 'other')");
  });
});
