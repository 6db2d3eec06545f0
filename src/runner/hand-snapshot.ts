import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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

/** Writes a snapshot to a folder that is there whole or not at all. */
export async function unpackHandSnapshot(
  snapshot: HandSnapshot,
  dir: string,
  temporaryName: string,
): Promise<void> {
  const temporary = join(dirname(dir), temporaryName);
  for (const file of snapshot.files) {
    const path = join(temporary, file.path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, file.content, { mode: 0o600 });
  }
  try {
    await rename(temporary, dir);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    // Another process was faster with the same content.
    if (!isAlreadyThere(error)) throw error;
  }
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST");
}
