import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { HandSnapshot } from "../manifest/index.ts";

const UNPACKING = ".unpacking";

/** Writes a snapshot to a folder that is there whole or not at all. Several processes may do so at once. */
export async function unpackHandSnapshot(
  snapshot: HandSnapshot,
  dir: string,
  uniqueName: string,
): Promise<void> {
  const temporary = `${dir}.${uniqueName}${UNPACKING}`;
  try {
    const folders = new Set(snapshot.files.map((file) => dirname(join(temporary, file.path))));
    for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const file of snapshot.files) {
      await writeFile(join(temporary, file.path), file.content, { mode: 0o600 });
    }
    await rename(temporary, dir);
  } catch (error) {
    await removeUnfinished(temporary);
    // Another process was faster with the same content, and may have removed this one's.
    if (!existsSync(dir)) throw error;
  }
}

/** Names of what processes began to unpack in a folder and have not finished: they are at it, or died. */
export async function listUnfinished(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(UNPACKING));
}

/** Removes what others left half-written of a folder that is whole now. */
export async function removeUnfinishedOf(dir: string, unfinished: readonly string[]): Promise<void> {
  const ofDir = unfinished.filter((name) => name.startsWith(`${basename(dir)}.`));
  await Promise.all(ofDir.map((name) => removeUnfinished(join(dirname(dir), name))));
}

/** Only tidies: what cannot be removed now, as its process still writes to it, goes the next time. */
async function removeUnfinished(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}
