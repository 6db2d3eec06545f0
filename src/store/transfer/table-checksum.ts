import { createHash } from "node:crypto";
import type { Store } from "../store.ts";
import { readPages } from "./table-pages.ts";
import type { TableShape } from "./table-shapes.ts";

/** What a table comes to. */
export interface TableSum {
  readonly rows: number;
  /** SHA-256 over the rows in the order of their key, each a JSON list of its values in the order of the columns. */
  readonly checksum: string;
}

/** Reads a table once, a page at a time. `onRows` is told of each page. */
export async function sumTable(
  source: Pick<Store, "db">,
  table: TableShape,
  onRows: (count: number) => void,
): Promise<TableSum> {
  const hash = createHash("sha256");
  let count = 0;
  for await (const rows of readPages(source, table)) {
    const lines = rows.map((row) => JSON.stringify(table.columns.map((column) => canonicalise(row[column]))));
    hash.update(`${lines.join("\n")}\n`);
    count += rows.length;
    onRows(rows.length);
  }
  return { rows: count, checksum: hash.digest("hex") };
}

/** Postgres has no text with a zero character: it is kept as U+FFFD there, by whatever way it came. */
function canonicalise(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
}
