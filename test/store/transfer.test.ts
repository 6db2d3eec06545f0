import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { Store, TransferOptions } from "../../src/store/index.ts";
import {
  abortTransfer,
  openStore as openAny,
  setAliveStamp,
  transferStore,
  verifyEventChain,
} from "../../src/store/index.ts";
import { fillStore } from "../support/filled-store.ts";
import { describeEachStore } from "../support/stores.ts";

/** Tables whose rows stay where they are, by decision. A new table moves, or gets its line here. */
const STAYS = ["schema_migrations", "sessions", "login_links", "partial_texts", "nodes", "model_requests"];

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-transfer-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** What the database itself says it has. */
async function listColumns(store: Store): Promise<readonly Column[]> {
  const { rows } = await sql<Column>`
    select tables.name as "table", columns.name as "column", lower(columns.type) as type
    from sqlite_schema as tables, pragma_table_info(tables.name) as columns
    where tables.type = 'table' and tables.name not like 'sqlite%'
  `.execute(store.db);
  return rows;
}

/** Three rows in every table, whatever it is for. */
async function fillEveryTable(store: Store): Promise<readonly string[]> {
  const tables = Map.groupBy(await listColumns(store), ({ table }) => table);
  tables.delete("schema_migrations");
  for (const [table, columns] of tables) {
    for (let number = 1; number <= 3; number += 1) {
      const values = columns.map(({ column, type }) => {
        if (type === "text") return `${table} ${column} 🖐 ${number}`;
        return type === "double precision" ? number + 0.1 : (type === "bigint" ? 9_000_000_000 : 0) + number;
      });
      const names = sql.join(columns.map(({ column }) => sql.ref(column)));
      await store.transaction(({ db }) =>
        sql`insert into ${sql.table(table)} (${names}) values (${sql.join(values)})`.execute(db),
      );
    }
  }
  return [...tables.keys()];
}

const readAll = async (store: Store, table: string) => {
  const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(store.db);
  const texts = rows
    .filter((row) => !String(row["key"]).startsWith("transfer."))
    .map((row) => JSON.stringify(row));
  return texts.sort();
};

describeEachStore("moving to it from SQLite", (_open, { address }) => {
  const opened: Store[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  const open = async (db: string, isForTransfer = true) => {
    const store = await openAny({ db, clock: systemClock, logger: silentLogger, isForTransfer });
    opened.push(store);
    return store;
  };
  const sourcePath = () => path.join(folder, "source.db");
  const openBoth = async () => ({ source: await open(sourcePath()), target: await open(address()) });
  const move = (stores: Pick<TransferOptions, "source" | "target">, more: Partial<TransferOptions> = {}) =>
    transferStore({
      ...stores,
      from: "the source",
      to: "the target",
      clock: systemClock,
      settle: async () => {},
      ...more,
    });

  test("every table there is moves, row by row, but for those that are said to stay", async () => {
    const { source, target } = await openBoth();
    const tables = await fillEveryTable(source);
    expect(tables.length).toBeGreaterThan(14);
    const moved = await move({ source, target });
    expect(moved?.map(({ table }) => table).sort()).toEqual(
      tables.filter((name) => !STAYS.includes(name)).sort(),
    );
    for (const table of tables) {
      expect(await readAll(target, table), table).toEqual(
        STAYS.includes(table) ? [] : await readAll(source, table),
      );
    }
  });

  test("stopped after any page it goes on there, and the chain of events holds", async () => {
    const { source, target } = await openBoth();
    await fillStore(source, { executions: 1_200, events: 600 });
    let stops = 0;
    for (;;) {
      const controller = new AbortController();
      const insert = target.transaction.bind(target);
      let pages = 0;
      const stopping: Store = Object.create(target, {
        transaction: {
          value: async (work: Parameters<Store["transaction"]>[0]) => {
            const done = await insert(work);
            pages += 1;
            if (pages === 3) controller.abort(new Error("stop here"));
            return done;
          },
        },
      });
      const moved = await move({ source, target: stopping }, { signal: controller.signal }).catch(
        (error: Error) => {
          expect(error.message).toBe("stop here");
          return undefined;
        },
      );
      if (moved !== undefined) {
        expect(moved?.find(({ table }) => table === "hand_executions")?.rows).toBe(1_200);
        break;
      }
      stops += 1;
    }
    expect(stops).toBeGreaterThan(2);
    expect(await verifyEventChain(target)).toMatchObject({
      isIntact: true,
      eventCount: 600,
      auditedCount: 200,
    });
    expect(await move({ source, target })).toBeNull();
  });

  test("both sides refuse work meanwhile, and the source for good", async () => {
    const { source, target } = await openBoth();
    await fillStore(source, { executions: 10 });
    const settle = async () => {
      await expect(open(sourcePath(), false)).rejects.toMatchObject({
        code: "store_moved",
        message: expect.stringContaining("is being moved to the target"),
      });
      await expect(open(address(), false)).rejects.toMatchObject({
        code: "store_moved",
        message: expect.stringContaining("is being filled from the source"),
      });
    };
    await move({ source, target }, { settle });
    await expect(open(sourcePath(), false)).rejects.toMatchObject({
      code: "store_moved",
      message: expect.stringContaining("moved to the target"),
    });
    await open(address(), false);
    await expect(abortTransfer({ source, target })).rejects.toMatchObject({ code: "store_moved" });
  });

  test("taken back, the target is empty and the source works; then it can begin anew", async () => {
    const { source, target } = await openBoth();
    await fillStore(source, { executions: 50 });
    const settle = async () => {
      throw new Error("killed before the end");
    };
    await expect(move({ source, target }, { settle })).rejects.toThrow("killed before the end");
    expect(await readAll(target, "hand_executions")).toHaveLength(50);
    expect(await abortTransfer({ source, target })).toBe(true);
    expect(await readAll(target, "hand_executions")).toEqual([]);
    await open(sourcePath(), false);
    expect(await abortTransfer({ source, target })).toBe(false);
    expect(await move({ source, target })).not.toBeNull();
  });

  test("a target with rows of its own, or of another migration, is refused and the source left alone", async () => {
    const { source, target } = await openBoth();
    await fillStore(source, { executions: 5 });
    await fillStore(target, { executions: 1 });
    await expect(move({ source, target })).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("not empty"),
    });
    await open(sourcePath(), false);
  });

  test("a source that somebody works on is refused, before and during", async () => {
    const { source, target } = await openBoth();
    await fillStore(source, { executions: 5 });
    await source.transaction(({ db, nowMs }) =>
      db
        .updateTable("hand_executions")
        .set({ status: "running", lease_until: nowMs + 60_000 })
        .where("id", "=", "e1000000003")
        .execute(),
    );
    await expect(move({ source, target })).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("e1000000003"),
    });
    await (await open(sourcePath(), false)).transaction(({ db }) =>
      db.updateTable("hand_executions").set({ status: "ended" }).execute(),
    );
    await abortTransfer({ source, target });
    const stamped: Store = Object.create(target, {
      transaction: {
        value: async (work: Parameters<Store["transaction"]>[0]) => {
          await source.transaction((transaction) => setAliveStamp(transaction, null));
          return await target.transaction(work);
        },
      },
    });
    await expect(move({ source, target: stamped })).rejects.toMatchObject({
      message: expect.stringMatching(/differs|has worked/),
    });
  });

  test("a zero character in a text, which Postgres cannot keep, keeps nothing from moving", async () => {
    const { source, target } = await openBoth();
    const row = { hand_name: "h", key: "zero\0character", value_json: "1", updated_at: 1 };
    await source.transaction(({ db }) => db.insertInto("hand_memory").values(row).execute());
    const moved = await move({ source, target });
    expect(moved?.find(({ table }) => table === "hand_memory")).toMatchObject({ rows: 1 });
  });
});
