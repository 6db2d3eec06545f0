import type { FolderListing } from "./folder-files.ts";
import { calculateFingerprint } from "./folder-fingerprint.ts";
import type { HandFolder } from "./hand-folder.ts";
import { findDistrust } from "./installed/find-distrust.ts";
import { readInstalledHands } from "./installed/installed-hands.ts";
import type { LoadHandOptions } from "./load-hand-folder.ts";
import { findProjectTools, listProjectTools } from "./project-tools.ts";
import type { HandConfig } from "./types.ts";

/** What a folder came to when it was loaded before. */
export interface KnownFolder extends Pick<HandFolder, "name" | "dir" | "fingerprint"> {
  /** Without tools of the project: they are in another folder. */
  readonly hand: HandConfig;
}

/**
 * Would loading the folder come to the same as before? Knows its files by their listing, without reading them, and asks whether it is
 * trusted as it is now. `as_indexed`: everything in it has the marks that it had then.
 */
export async function recallHandFolder(
  { dir, fingerprint, hand }: KnownFolder,
  content: FolderListing | "as_indexed",
  {
    projectToolsDir = null,
    readInstalled = readInstalledHands,
    listTools = listProjectTools,
  }: LoadHandOptions = {},
): Promise<boolean> {
  if (content !== "as_indexed" && calculateFingerprint(content) !== fingerprint) return false;
  if (projectToolsDir !== null && findProjectTools(hand, projectToolsDir, listTools).length > 0) return false;
  return (await findDistrust(dir, { readInstalled })) === null;
}
