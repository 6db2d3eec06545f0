import { stat } from "node:fs/promises";
import type { Logger } from "../core/index.ts";

/** What groups and others may do with a file. */
const OTHERS = 0o077;

/** Warns where others on this machine may look into the data: the program makes the folder for its owner alone, and changes nobody's mind about one that was there. */
export async function warnOpenFolder(dataDir: string, logger: Pick<Logger, "warn">): Promise<void> {
  const found = await stat(dataDir).catch(() => undefined);
  // Windows has no such modes.
  if (found === undefined || process.platform === "win32" || (found.mode & OTHERS) === 0) return;
  logger.warn("The folder of the data can be opened by other users of this machine.", {
    folder: dataDir,
    hint: `chmod 700 ${dataDir}`,
  });
}
