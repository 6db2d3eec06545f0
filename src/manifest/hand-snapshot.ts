import { readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { HandsError, hashJson, sha256 } from "../core/index.ts";

/** A file of a hand, by its path in the folder, with `/`. */
export interface HandFile {
  readonly path: string;
  readonly content: Buffer;
}

/** The files of a hand's folder at one moment, and the hash that names them. */
export interface HandSnapshot {
  /** 64 hexadecimal digits over paths and contents. */
  readonly hash: string;
  readonly files: readonly HandFile[];
}

/** A hand's folder is code and words; data belongs in its workspace. */
export const LARGEST_HAND_BYTES = 32 * 1024 * 1024;

/** Is the path none of the hand's: hidden, or in `node_modules`? */
export function isPassedOver(path: string): boolean {
  return path.split(/[\\/]/).some((part) => part.startsWith(".") || part === "node_modules");
}

/**
 * Reads a hand's folder: every regular file but hidden ones and `node_modules`; links are not followed. Files are
 * read at once: a promise for each small one costs ten times what reading it does, and the hash over all of them waits for nobody, too.
 *
 * Throws: `hand_broken` when it holds more than 32 MB.
 */
export async function readHandSnapshot(dir: string): Promise<HandSnapshot> {
  // Listed by a promise: the call that does it at once follows links.
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .filter((path) => !isPassedOver(path))
    .sort();
  const files: HandFile[] = [];
  let byteLength = 0;
  for (const path of paths) {
    // Looked at before it is read: what is far too large is not brought into memory to find that out.
    byteLength += statSync(join(dir, path)).size;
    if (byteLength > LARGEST_HAND_BYTES) {
      throw new HandsError(
        "hand_broken",
        `${dir} holds more than 32 MB, too much to keep with each version of the hand`,
        {
          hint: "Keep data in the hand's workspace, not in its folder.",
        },
      );
    }
    files.push({ path: path.replaceAll("\\", "/"), content: readFileSync(join(dir, path)) });
  }
  return { hash: hashFiles(files), files };
}

/** The hash that names these files, which are sorted by path. */
export function hashFiles(files: readonly HandFile[]): string {
  return hashJson(files.map((file) => [file.path, sha256(file.content)]));
}
