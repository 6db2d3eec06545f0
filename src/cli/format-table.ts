import { stripVTControlCharacters } from "node:util";
import type { OutputStream } from "./terminal.ts";

/** Rows under their headings, in columns; the last column takes what it needs. */
export function formatTable(
  out: OutputStream,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const { dim } = out.colors;
  const all = [headings.map((heading) => dim(heading)), ...rows];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => measure(row[column] ?? ""))));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - measure(cell)),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

function measure(text: string): number {
  return stripVTControlCharacters(text).length;
}
