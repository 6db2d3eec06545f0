import type { Kysely } from "kysely";
import { sql } from "kysely";
import { silentLogger, systemClock } from "../../core/index.ts";
import type { Database } from "../tables.ts";

/** A table as the migrations made it. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of the primary key, in its order. */
  readonly key: readonly string[];
}

/** Tables by names that are known only at run time. */
export type AnyTables = Record<string, Record<string, unknown>>;

/** The same database, for queries on tables that a shape names. */
export function withAnyTables(db: Kysely<Database>): Kysely<AnyTables> {
  return db as unknown as Kysely<AnyTables>;
}

/**
 * The shape of every table, by name: read from an empty database that the migrations have just made, so a table that a migration adds
 * is here without being listed anywhere.
 */
export async function readTableShapes(): Promise<readonly TableShape[]> {
  const { openSqliteStore } = await import("../sqlite/sqlite-store.ts");
  const store = await openSqliteStore({ path: ":memory:", clock: systemClock, logger: silentLogger });
  try {
    const { rows } = await sql<{ table: string; column: string; place: number }>`
      select tables.name as "table", columns.name as "column", columns.pk as place
      from sqlite_schema as tables, pragma_table_info(tables.name) as columns
      where tables.type = 'table' and tables.name not like 'sqlite%'
      order by tables.name, columns.cid
    `.execute(store.db);
    return [...Map.groupBy(rows, ({ table }) => table)].map(([name, columns]) => ({
      name,
      columns: columns.map(({ column }) => column),
      key: columns
        .filter(({ place }) => place > 0)
        .sort((a, b) => a.place - b.place)
        .map(({ column }) => column),
    }));
  } finally {
    await store.close();
  }
}
