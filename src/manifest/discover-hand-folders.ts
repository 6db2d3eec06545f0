import type { Dirent } from "node:fs";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { HandsError } from "../core/index.ts";
import type { FolderListing } from "./folder-files.ts";
import { listFolder } from "./folder-files.ts";

/** What was found below a hands folder. */
export interface DiscoveredFolders {
  /** Paths of the folders that have a `HAND.toml`, sorted by name. */
  readonly folders: readonly string[];
  /** Whether the hands folder itself is not there. */
  readonly isMissing: boolean;
}

/**
 * Finds the hands directly below a folder. Hidden folders and `node_modules` are passed over, and so are folders without a
 * `HAND.toml`; a folder that may not be looked into is listed, so that loading says so.
 *
 * Throws: `invalid_argument` when the root cannot be read as a folder.
 */
export async function discoverHandFolders(root: string): Promise<DiscoveredFolders> {
  const candidates = listCandidates(root);
  return { folders: (candidates ?? []).filter(mayBeHand), isMissing: candidates === null };
}

/**
 * What is directly below a folder and could be a hand by its name and kind: paths, sorted by name. Null where the folder is not there.
 *
 * Throws: `invalid_argument` when the root cannot be read as a folder.
 */
export function listCandidates(root: string): readonly string[] | null {
  return (
    readEntries(root)
      ?.filter(
        (entry) =>
          (entry.isDirectory() || entry.isSymbolicLink()) &&
          !entry.name.startsWith(".") &&
          entry.name !== "node_modules",
      )
      .map(({ name }) => name)
      .sort()
      .map((name) => join(root, name)) ?? null
  );
}

/** Is it a folder with a `HAND.toml`, or one that cannot be looked into? */
function mayBeHand(folder: string): boolean {
  if (existsSync(join(folder, "HAND.toml"))) return true;
  try {
    // A HAND.toml that is a broken link has to be found, to be shown broken.
    return readdirSync(folder).includes("HAND.toml");
  } catch (error) {
    return !isNoFolder(error);
  }
}

/** What is in a hand's folder: its listing, or `unreadable`; null for a folder that is no hand's, of which nothing more is looked at. */
export function listHandFolder(folder: string): FolderListing | "unreadable" | null {
  if (!mayBeHand(folder)) return null;
  try {
    return listFolder(folder);
  } catch (error) {
    return isNoFolder(error) ? null : "unreadable";
  }
}

function isNoFolder(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(codeOf(error));
}

function readEntries(root: string): Dirent[] | null {
  try {
    return readdirSync(root, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw new HandsError(
      "invalid_argument",
      `The hands folder ${JSON.stringify(root)} cannot be read (${codeOf(error)})`,
      { hint: "Give a folder that this user may read.", cause: error },
    );
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}
