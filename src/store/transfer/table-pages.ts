import { sql } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { TableShape } from "./table-shapes.ts";
import { withAnyTables } from "./table-shapes.ts";
import { TRANSFER_KEYS } from "./transfer-marks.ts";

/** One row, its values in the order of the shape's columns. */
export type Row = Readonly<Record<string, unknown>>;
/** The key of a row. */
export type Cursor = readonly unknown[];

/** Databases bound the number of values in a statement: SQLite's 32,766 is the smaller one. */
const MOST_VALUES = 30_000;
const MOST_ROWS = 1_000;
/** Pages become smaller where rows are large, so that memory is bounded. */
const MOST_CHARACTERS = 8_000_000;

/** The rows of a table after a place, in the order of its key, in pages that fit one statement. */
export async function* readPages(
  source: Pick<Store, "db">,
  table: TableShape,
  after: Cursor | null = null,
): AsyncGenerator<readonly Row[]> {
  const mostRows = Math.min(MOST_ROWS, Math.floor(MOST_VALUES / table.columns.length));
  let cursor = after;
  let limit = Math.min(mostRows, 100);
  for (;;) {
    const rows = await readPage(source, table, cursor, limit);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < limit) return;
    cursor = cursorOf(table, last);
    const charactersPerRow = measure(rows) / rows.length;
    limit = Math.max(1, Math.min(mostRows, Math.floor(MOST_CHARACTERS / charactersPerRow)));
  }
}

export function cursorOf(table: TableShape, row: Row): Cursor {
  return table.key.map((column) => row[column]);
}

/** How many rows a table has that can be moved. */
export async function countRows(source: Pick<Store, "db">, table: TableShape): Promise<number> {
  const row = await selectMovable(source, table)
    .select((select) => select.fn.countAll<number | string>().as("count"))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

async function readPage(
  source: Pick<Store, "db">,
  table: TableShape,
  after: Cursor | null,
  limit: number,
): Promise<readonly Row[]> {
  let query = selectMovable(source, table).select([...table.columns]);
  if (after !== null) {
    const key = sql.join(table.key.map((column) => sql.ref(column)));
    query = query.where(sql<boolean>`(${key}) > (${sql.join([...after])})`);
  }
  for (const column of table.key) query = query.orderBy(column);
  return await query.limit(limit).execute();
}

function selectMovable({ db }: Pick<Store | StoreTransaction, "db">, table: TableShape) {
  const query = withAnyTables(db).selectFrom(table.name);
  // Marks tell of the database that they are in.
  return table.name === "runtime_state" ? query.where("key", "not like", TRANSFER_KEYS) : query;
}

function measure(rows: readonly Row[]): number {
  let characters = 0;
  for (const row of rows) {
    for (const value of Object.values(row)) characters += typeof value === "string" ? value.length : 8;
  }
  return Math.max(characters, 1);
}
