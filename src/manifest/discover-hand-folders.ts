import type { Dirent } from "node:fs";
import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { HandsError } from "../core/index.ts";

/** What was found below a hands folder. */
export interface DiscoveredFolders {
  /** Paths of the folders that have a `HAND.toml`, sorted by name. */
  readonly folders: readonly string[];
  /** Whether the hands folder itself is not there. */
  readonly isMissing: boolean;
}

/** Questions to the file system at once: enough to keep its threads busy. */
const BATCH_SIZE = 256;

/**
 * Finds the hands directly below a folder. Hidden folders and `node_modules` are passed over, and so are folders without a
 * `HAND.toml`; a folder that may not be looked into is listed, so that loading says so.
 *
 * Throws: `invalid_argument` when the root cannot be read as a folder.
 */
export async function discoverHandFolders(root: string): Promise<DiscoveredFolders> {
  const entries = await readEntries(root);
  if (entries === undefined) return { folders: [], isMissing: true };
  const names = entries
    .filter(
      (entry) =>
        (entry.isDirectory() || entry.isSymbolicLink()) &&
        !entry.name.startsWith(".") &&
        entry.name !== "node_modules",
    )
    .map((entry) => entry.name)
    .sort();
  const folders: string[] = [];
  for (let start = 0; start < names.length; start += BATCH_SIZE) {
    const batch = names.slice(start, start + BATCH_SIZE).map((name) => join(root, name));
    const found = await Promise.all(batch.map(mayBeHand));
    folders.push(...batch.filter((_, index) => found[index]));
  }
  return { folders, isMissing: false };
}

function readEntries(root: string): Promise<Dirent[] | undefined> {
  return readdir(root, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new HandsError(
      "invalid_argument",
      `The hands folder ${JSON.stringify(root)} cannot be read (${codeOf(error)})`,
      { hint: "Give a folder that this user may read.", cause: error },
    );
  });
}

async function mayBeHand(folder: string): Promise<boolean> {
  try {
    await access(join(folder, "HAND.toml"));
    return true;
  } catch (error) {
    const code = codeOf(error);
    // A HAND.toml that is a broken link has to be found, to be shown broken.
    if (code === "ENOENT") return await isListed(folder);
    return code !== "ENOTDIR";
  }
}

async function isListed(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).includes("HAND.toml");
  } catch (error) {
    return !["ENOENT", "ENOTDIR"].includes(codeOf(error));
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}
