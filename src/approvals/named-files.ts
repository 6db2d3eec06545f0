import { resolve } from "node:path";
import type { JsonValue } from "../core/index.ts";
import { isInside, isPlainObject } from "../core/index.ts";
import { lookAt } from "./bound-files.ts";

/** No path is longer. */
const LONGEST_PATH = 4096;

/** What separates the words of a command line, and an option from its value. */
const SEPARATORS = /[\s"'`;|&<>(){}$=,@]+/;

/**
 * Absolute paths, sorted, of the regular files below the workspace that the arguments name: as a whole text, or as one word of a text of one
 * line, so that the script of `sh deploy.sh` is found. Links are followed, also out of the workspace.
 */
export async function collectNamedFiles(args: JsonValue, workspace: string): Promise<readonly string[]> {
  const root = resolve(workspace);
  const candidates = new Set<string>();
  for (const text of collectTexts(args)) {
    for (const name of splitNames(text)) candidates.add(resolve(root, name));
  }
  const named: string[] = [];
  for (const path of candidates) {
    if (path === root || !isInside(root, path)) continue;
    if ((await lookAt(path))?.isFile() === true) named.push(path);
  }
  return named.sort();
}

function splitNames(text: string): readonly string[] {
  if (text === "" || text.length > LONGEST_PATH || text.includes("\0")) return [];
  return text.includes("\n") ? [text] : [text, ...text.split(SEPARATORS).filter((word) => word !== "")];
}

function collectTexts(value: JsonValue | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => collectTexts(item));
  if (!isPlainObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...collectTexts(item as JsonValue)]);
}
