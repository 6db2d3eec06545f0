import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { HandSnapshot } from "../manifest/index.ts";

const UNPACKING = ".unpacking";

/**
 * Writes a snapshot to a folder that is there whole or not at all. Several processes may do so at once; what a process that died left
 * half-written beside it is removed.
 */
export async function unpackHandSnapshot(
  snapshot: HandSnapshot,
  dir: string,
  uniqueName: string,
): Promise<void> {
  const temporary = `${dir}.${uniqueName}${UNPACKING}`;
  try {
    for (const file of snapshot.files) {
      const path = join(temporary, file.path);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(path, file.content, { mode: 0o600 });
    }
    await rename(temporary, dir);
  } catch (error) {
    await removeUnfinished(temporary);
    // Another process was faster with the same content, and may have removed this one's.
    if (!(await isThere(dir))) throw error;
  }
  const siblings = await readdir(dirname(dir));
  const unfinished = siblings.filter(
    (name) => name.startsWith(`${basename(dir)}.`) && name.endsWith(UNPACKING),
  );
  await Promise.all(unfinished.map((name) => removeUnfinished(join(dirname(dir), name))));
}

/** Only tidies: what cannot be removed now, as its process still writes to it, goes the next time. */
async function removeUnfinished(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

/** Is there something of that name? */
export async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
