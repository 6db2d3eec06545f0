import { expect, test } from "vitest";
import { readEvents, sealEvents, verifyEventChain } from "../../src/store/index.ts";
import { MIGRATIONS } from "../../src/store/migrations/run-migrations.ts";
import { describeEachStore } from "../support/stores.ts";
import { startStoreChild } from "./child-processes.ts";
import { listKeys } from "./memory-rows.ts";

const PAIRS_PER_CHILD = 150;

describeEachStore("several processes", (openStore, { address }) => {
  test("two write at once, each unit whole and none lost", async () => {
    const store = await openStore();
    const names = ["first", "second"];
    const children = await Promise.all(names.map((name) => startStoreChild(address(), "write", name)));
    for (const child of children) child.start();
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0]);
    for (const name of names) expect(await listKeys(store, name)).toHaveLength(2 * PAIRS_PER_CHILD);
    const events = await readEvents(store, { afterPosition: 0, limit: 10_000 });
    expect(events).toHaveLength(2 * PAIRS_PER_CHILD);
    expect(await verifyEventChain(store)).toMatchObject({ isIntact: true });
  });

  test("four open an empty database at once, and it is migrated once", async () => {
    const names = ["a", "b", "c", "d"];
    const children = await Promise.all(names.map((name) => startStoreChild(address(), "open", name)));
    for (const child of children) child.start();
    expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
    const store = await openStore();
    const migrations = await store.db
      .withTables<{ schema_migrations: { number: number } }>()
      .selectFrom("schema_migrations")
      .select("number")
      .orderBy("number")
      .execute();
    expect(migrations.map(({ number }) => number)).toEqual(MIGRATIONS.map(({ number }) => number));
    expect(migrations).not.toEqual([]);
  });

  test("one that is killed leaves whole units, and all that it was told were committed", async () => {
    const store = await openStore();
    const child = await startStoreChild(address(), "write-until-killed", "doomed");
    child.start();
    await expect.poll(() => child.output().split("\n").length, { timeout: 15_000 }).toBeGreaterThan(20);
    child.process.kill("SIGKILL");
    expect(await child.ended).toBe("SIGKILL");

    const lastTold = Number(child.output().trim().split("\n").at(-1));
    const keys = await listKeys(store, "doomed");
    const numbers = (suffix: string) =>
      keys.filter((key) => key.endsWith(suffix)).map((key) => key.slice(0, -2));
    expect(numbers("-a")).toEqual(numbers("-b"));
    for (let number = 0; number <= lastTold; number += 1) expect(keys).toContain(`${number}-a`);
    await sealEvents(store);
    expect(await readEvents(store, { afterPosition: 0, limit: 100_000 })).toHaveLength(keys.length / 2);
    expect(await verifyEventChain(store)).toMatchObject({ isIntact: true });
  });
});
