import { pathToFileURL } from "node:url";

/** The frames of an error that are in the hand's own folder, with paths below it; null when there are none. */
export function findHandStack(error: unknown, dir: string): string | null {
  if (!(error instanceof Error) || typeof error.stack !== "string") return null;
  const prefix = `${pathToFileURL(dir).href}/`;
  const frames = error.stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line) && line.includes(prefix))
    .map((line) => line.replace(prefix, "").replace(/^\s+/, "    "));
  return frames.length === 0 ? null : frames.join("\n");
}
