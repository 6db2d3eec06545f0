import { readFileSync, statSync } from "node:fs";

/** The version of the program, from its own package file. */
export const PROGRAM_VERSION: string = readVersion();

/**
 * Names this build of the program, on this Node: what one of them read of a hand, another may read differently. Every build writes this
 * file anew.
 */
export const PROGRAM_BUILD: string = `${PROGRAM_VERSION} ${statSync(new URL(import.meta.url)).mtimeMs} ${process.version}`;

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version?: unknown };
  return typeof version === "string" ? version : "0.0.0";
}
