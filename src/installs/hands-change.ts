import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { HandsError } from "../core/index.ts";

/**
 * Does something to the hands that came from elsewhere, with a folder to prepare it in. One at a time: the folder is the lock, for two lists written at once would
 * forget a hand, which would be taken for one's own then.
 *
 * Throws: `invalid_argument` while another one is under way.
 */
export async function withHandsChange<Result>(
  handsDir: string,
  change: (workDir: string) => Promise<Result>,
): Promise<Result> {
  await mkdir(handsDir, { recursive: true });
  const workDir = join(handsDir, ".installing");
  try {
    await mkdir(workDir, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new HandsError(
      "invalid_argument",
      `another hand is being installed, trusted or removed: ${workDir}`,
      {
        hint: "Wait for it. If its command was killed, remove that folder.",
        cause: error,
      },
    );
  }
  try {
    return await change(workDir);
  } finally {
    await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
  }
}
