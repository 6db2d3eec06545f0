import { countRows, cursorOf, readPages } from "./table-pages.ts";
import type { TableShape } from "./table-shapes.ts";
import { withAnyTables } from "./table-shapes.ts";
import type { TargetMark } from "./transfer-marks.ts";
import { putTargetMark } from "./transfer-marks.ts";
import type { TransferOptions } from "./transfer-options.ts";
import { ProgressCounter } from "./transfer-progress.ts";

/** Copies what is left of the tables; each page commits together with the mark that says where it ends. */
export async function copyTables(
  options: TransferOptions,
  tables: readonly TableShape[],
  begun: TargetMark,
): Promise<void> {
  const { source, target, clock, onProgress, signal } = options;
  const counts = await Promise.all(tables.map((table) => countRows(source, table)));
  const progress = new ProgressCounter({
    clock,
    tell: onProgress ?? (() => {}),
    phase: "copying",
    totalRows: sum(counts),
    doneRows: sum(Object.values(begun.copied)),
  });
  let mark = begun;
  const first = mark.table === null ? 0 : tables.findIndex(({ name }) => name === mark.table);
  for (const table of tables.slice(first)) {
    const cursor = table.name === mark.table ? mark.cursor : null;
    for await (const rows of readPages(source, table, cursor)) {
      signal?.throwIfAborted();
      const last = rows.at(-1);
      if (last === undefined) continue;
      const copied = { ...mark.copied, [table.name]: (mark.copied[table.name] ?? 0) + rows.length };
      mark = { ...mark, table: table.name, cursor: cursorOf(table, last), copied };
      const reached = mark;
      await target.transaction(async (transaction) => {
        await withAnyTables(transaction.db)
          .insertInto(table.name)
          .values([...rows])
          .onConflict((conflict) => conflict.columns([...table.key]).doNothing())
          .execute();
        await putTargetMark(transaction, reached);
      });
      progress.add(table.name, rows.length);
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
