import { HandsError } from "../../core/index.ts";
import { sumTable } from "./table-checksum.ts";
import { countRows } from "./table-pages.ts";
import type { TableShape } from "./table-shapes.ts";
import type { TargetMark } from "./transfer-marks.ts";
import type { TransferOptions, TransferredTable } from "./transfer-options.ts";
import { ProgressCounter } from "./transfer-progress.ts";

/** Reads both sides once more, from the beginning. While it settles the target is no longer equal, and was compared before. */
export async function compareTables(
  { source, target, clock, onProgress, signal }: TransferOptions,
  tables: readonly TableShape[],
  phase: TargetMark["phase"],
): Promise<readonly TransferredTable[]> {
  const counts = await Promise.all(tables.map((table) => countRows(source, table)));
  const progress = new ProgressCounter({
    clock,
    tell: onProgress ?? (() => {}),
    phase: "checking",
    totalRows: counts.reduce((total, count) => total + count, 0),
    doneRows: 0,
  });
  const sums: TransferredTable[] = [];
  for (const table of tables) {
    signal?.throwIfAborted();
    const [here, there] = await Promise.all([
      sumTable(source, table, (rows) => {
        signal?.throwIfAborted();
        progress.add(table.name, rows);
      }),
      phase === "settling" ? null : sumTable(target, table, () => {}),
    ]);
    if (there !== null && (here.rows !== there.rows || here.checksum !== there.checksum)) {
      throw new HandsError(
        "store_failed",
        `${table.name} differs: ${here.rows} rows with ${here.checksum} in the source, ${there.rows} with ${there.checksum} in the target.`,
        {
          hint: "Something else wrote to one of them. Take the migration back with --abort and begin anew.",
          details: { table: table.name, source: here, target: there },
        },
      );
    }
    sums.push({ table: table.name, ...here });
  }
  return sums;
}
