import type { JsonValue } from "../core/index.ts";
import type { Difference } from "../recording/index.ts";
import { toPrintable } from "./printable.ts";
import type { Colors, OutputStream } from "./terminal.ts";

/** Lines of a text that stay the same around a change. */
const AROUND = 2;
const MOST_LINES = 40;

/** Differences for people: the first change of behaviour line by line, the others by name. */
export function formatDifferences(
  out: OutputStream,
  differences: readonly Difference[],
  indent = "",
): string {
  const { dim, red, yellow } = out.colors;
  const first = differences.find(({ isFailure }) => isFailure);
  const lines = differences.flatMap((difference) => {
    const place = difference.step === null ? "end" : `step ${difference.step}`;
    const sign = difference.isFailure ? red("✗") : yellow("!");
    const title = `${indent}${sign} ${place}: ${toPrintable(difference.message)}`;
    return difference === first ? [title, ...formatChange(out.colors, difference, indent)] : [dim(title)];
  });
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** What became of a value, line by line, with a few lines around it. */
export function formatChange(
  colors: Colors,
  { expected, got }: Pick<Difference, "expected" | "got">,
  indent: string,
): readonly string[] {
  const before = toLines(expected);
  const now = toLines(got);
  let start = 0;
  while (start < before.length && start < now.length && before[start] === now[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < now.length - start &&
    before[before.length - 1 - end] === now[now.length - 1 - end]
  )
    end += 1;
  const around = before.slice(Math.max(0, start - AROUND), start);
  const after = before.slice(before.length - end, before.length - end + AROUND);
  const cut = (lines: readonly string[]) =>
    lines.length > MOST_LINES
      ? [...lines.slice(0, MOST_LINES), `… ${lines.length - MOST_LINES} more lines`]
      : lines;
  return [
    ...around.map((line) => colors.dim(`${indent}    ${line}`)),
    ...cut(before.slice(start, before.length - end)).map((line) => colors.red(`${indent}  - ${line}`)),
    ...cut(now.slice(start, now.length - end)).map((line) => colors.green(`${indent}  + ${line}`)),
    ...after.map((line) => colors.dim(`${indent}    ${line}`)),
  ];
}

function toLines(value: JsonValue): readonly string[] {
  if (value === null) return ["nothing"];
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return toPrintable(text).split("\n");
}
