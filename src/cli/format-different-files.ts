import type { FileDifferences } from "../installs/index.ts";
import { toLine } from "./printable.ts";
import type { OutputStream } from "./terminal.ts";

/** What differs from what was trusted, for people. */
export function formatDifferentFiles(out: OutputStream, differences: FileDifferences): string {
  const { added, changed, removed } = differences;
  const lines = [
    ...added.map((path) => `  ${out.colors.green("added  ")} ${toLine(path)}`),
    ...changed.map((path) => `  ${out.colors.yellow("changed")} ${toLine(path)}`),
    ...removed.map((path) => `  ${out.colors.red("removed")} ${toLine(path)}`),
  ];
  return `Since it was trusted:\n${lines.join("\n")}\n`;
}
