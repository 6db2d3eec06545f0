import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HandFolder } from "../manifest/index.ts";
import { fixManifest } from "../manifest/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say } from "./command-context.ts";
import { toPrintable } from "./printable.ts";

/** Mends what is safe in the manifests of these hands, shows each line that changed, and gives how many files were written. */
export async function fixHands(context: CommandContext, folders: readonly HandFolder[]): Promise<number> {
  let count = 0;
  for (const { dir, name, dialect } of folders) {
    if (dialect !== "native") continue;
    const file = join(dir, "HAND.toml");
    const text = await readFile(file, "utf8").catch(() => null);
    if (text === null) continue;
    const fixed = await fixManifest(text, name);
    if (fixed.text === text) continue;
    await writeFile(file, fixed.text);
    count += 1;
    say(context, `${file}: ${fixed.changes.join("; ")}`);
    say(context, formatDifference(context, text, fixed.text));
  }
  return count;
}

/** The lines that differ, between the first and the last of them. */
function formatDifference(context: CommandContext, before: string, after: string): string {
  const { green, red } = context.terminal.err.colors;
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < old.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end))
    end += 1;
  return [
    ...old.slice(start, old.length - end).map((line) => red(`- ${toPrintable(line)}`)),
    ...fresh.slice(start, fresh.length - end).map((line) => green(`+ ${toPrintable(line)}`)),
  ].join("\n");
}
