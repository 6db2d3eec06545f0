import { statSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeError, HandsError } from "../../core/index.ts";
import type { InstalledHand } from "./parse-installed.ts";

/** Lies in the hands folder, beside the folders that it speaks of. */
export const INSTALLED_FILE = "installed.json";

/** Gives the hands of a folder that came from elsewhere. */
export type ReadInstalled = (handsDir: string) => Promise<readonly InstalledHand[]>;

/**
 * The hands of a folder that came from elsewhere. None where nothing was ever installed.
 *
 * Throws: `invalid_configuration` where the list cannot be read: then nobody can say which hands are trusted.
 */
export async function readInstalledHands(handsDir: string): Promise<readonly InstalledHand[]> {
  const path = join(handsDir, INSTALLED_FILE);
  let text: string;
  try {
    // Every claim asks, and most folders have no list: to find that out is a matter of microseconds without a promise.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
    text = await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw unreadable(path, error);
  }
  // Most folders have no such list, and do not pay for its schema.
  const { parseInstalled } = await import("./parse-installed.ts");
  try {
    return parseInstalled(text);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Replaces the list as a whole. */
export async function writeInstalledHands(
  handsDir: string,
  hands: readonly InstalledHand[],
  uniqueName: string,
): Promise<void> {
  const sorted = hands.toSorted((left, right) => (left.folder < right.folder ? -1 : 1));
  const temporary = join(handsDir, `.${INSTALLED_FILE}.${uniqueName}`);
  try {
    await writeFile(temporary, `${JSON.stringify({ version: 1, hands: sorted }, null, 2)}\n`, { flag: "wx" });
    await rename(temporary, join(handsDir, INSTALLED_FILE));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function unreadable(path: string, cause: unknown): HandsError {
  return new HandsError(
    "invalid_configuration",
    `${path} cannot be read, so nobody can say which hands are trusted: ${describeError(cause)}`,
    { hint: "Restore it from where you keep the hands folder, or mend it; hands run again then.", cause },
  );
}
