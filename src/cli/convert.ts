import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { HandsError } from "../core/index.ts";
import type { HandConversion } from "../manifest/index.ts";
import { convertHand, formatDiagnostic } from "../manifest/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { formatConversion, toConversionJson } from "./format-conversion.ts";

/** What `hands convert` was told. */
export interface ConvertOptions {
  readonly out: string | null;
  readonly isForced: boolean;
  readonly isDry: boolean;
}

/** Converts one hand and reports every key. Exit code 2 where a part is missing that only a person can write. */
export async function convert(
  context: CommandContext,
  path: string,
  options: ConvertOptions,
): Promise<number> {
  const manifestPath = await findManifest(resolve(context.cwd, path));
  const conversion = await convertHand(manifestPath);
  const folder = options.out === null ? dirname(manifestPath) : resolve(context.cwd, options.out);
  const changes = await findChanges(conversion, folder);
  if (context.isJson)
    writeJson(context, { ...toConversionJson(conversion), folder, written: options.isDry ? [] : changes });
  else context.terminal.out.write(formatConversion(context.terminal.out, conversion));
  const color = context.terminal.err.colors.isColorSupported;
  for (const diagnostic of conversion.diagnostics.filter(({ severity }) => severity === "error"))
    say(context, formatDiagnostic(diagnostic, { color }));
  if (conversion.dialect === "native") say(context, `${manifestPath} is native already.`);
  else if (options.isDry) say(context, "Nothing was written.");
  else if (changes.length === 0) say(context, `Every file of it is in ${folder} already; nothing changed.`);
  else await write(context, conversion, { manifestPath, folder, changes, isForced: options.isForced });
  return conversion.diagnostics.some(({ severity }) => severity === "error") ? EXIT.usage : EXIT.ok;
}

async function findManifest(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new HandsError("invalid_argument", `there is nothing at ${path}`, {
      hint: "Give a hand's folder, or the file of its manifest.",
    });
  return found.isFile() ? path : join(path, "HAND.toml");
}

/** The files that are not there yet, or differ. */
async function findChanges({ files }: HandConversion, folder: string): Promise<readonly string[]> {
  const texts = await Promise.all(
    files.map(({ path }) => readFile(join(folder, path), "utf8").catch(() => undefined)),
  );
  return files.filter(({ text }, index) => texts[index] !== text).map(({ path }) => path);
}

async function write(
  context: CommandContext,
  { dialect, files }: HandConversion,
  place: {
    readonly manifestPath: string;
    readonly folder: string;
    readonly changes: readonly string[];
    readonly isForced: boolean;
  },
): Promise<void> {
  const { manifestPath, folder, changes, isForced } = place;
  const inTheWay: string[] = [];
  for (const path of changes) if (await stat(join(folder, path)).catch(() => undefined)) inTheWay.push(path);
  if (inTheWay.length > 0 && !isForced) {
    throw new HandsError("invalid_argument", `${folder} has ${inTheWay.join(", ")} already`, {
      hint: "--out DIR writes elsewhere; --force replaces them, and keeps the manifest under another name.",
    });
  }
  const original = join(folder, "HAND.toml");
  const kept = `HAND.${dialect}.toml`;
  if (inTheWay.includes("HAND.toml") && original === manifestPath) await rename(original, join(folder, kept));
  for (const { path, text } of files.filter((file) => changes.includes(file.path))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  say(
    context,
    `Wrote ${changes.join(", ")} to ${folder}.${original === manifestPath ? ` The original is ${kept}.` : ""}`,
  );
  say(context, `Next: \`hands validate ${basename(folder)}\` from its hands folder, and read what was lost.`);
}
