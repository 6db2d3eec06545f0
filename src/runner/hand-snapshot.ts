import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HandsError, hashJson, sha256 } from "../core/index.ts";

/** The files of a hand's folder at one moment, and the hash that names them. */
export interface HandSnapshot {
  /** 64 hexadecimal digits over paths and contents. */
  readonly hash: string;
  readonly files: readonly { readonly path: string; readonly content: Buffer }[];
}

/** A hand's folder is code and words; data belongs in its workspace. */
const LARGEST_FOLDER_BYTES = 32 * 1024 * 1024;

/**
 * Reads a hand's folder: every regular file but hidden ones and `node_modules`; links are not followed.
 *
 * Throws: `hand_broken` when it holds more than 32 MB.
 */
export async function readHandSnapshot(dir: string): Promise<HandSnapshot> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .filter((path) => !path.split(/[\\/]/).some((part) => part.startsWith(".") || part === "node_modules"))
    .sort();
  const files: { path: string; content: Buffer }[] = [];
  let byteLength = 0;
  for (const path of paths) {
    const content = await readFile(join(dir, path));
    byteLength += content.length;
    if (byteLength > LARGEST_FOLDER_BYTES) {
      throw new HandsError(
        "hand_broken",
        `${dir} holds more than 32 MB, too much to keep with each version of the hand`,
        {
          hint: "Keep data in the hand's workspace, not in its folder.",
        },
      );
    }
    files.push({ path: path.replaceAll("\\", "/"), content });
  }
  return { hash: hashJson(files.map((file) => [file.path, sha256(file.content)])), files };
}

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
