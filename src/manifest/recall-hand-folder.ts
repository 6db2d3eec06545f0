import { listFolder } from "./folder-files.ts";
import { calculateFingerprint } from "./folder-fingerprint.ts";
import type { HandFolder } from "./hand-folder.ts";
import { findDistrust } from "./installed/find-distrust.ts";
import { readInstalledHands } from "./installed/installed-hands.ts";
import type { LoadHandOptions } from "./load-hand-folder.ts";
import { findProjectTools } from "./project-tools.ts";
import type { HandConfig } from "./types.ts";

/** What a folder came to when it was loaded before. */
export interface KnownFolder extends Pick<HandFolder, "name" | "dir" | "fingerprint"> {
  /** Without tools of the project: they are in another folder. */
  readonly hand: HandConfig;
}

/**
 * Would loading the folder come to the same as before? Looks at its files without reading them, and asks whether it is trusted as it is
 * now. What cannot be looked at is not the same.
 */
export async function recallHandFolder(
  { dir, fingerprint, hand }: KnownFolder,
  { projectToolsDir = null, readInstalled = readInstalledHands }: LoadHandOptions = {},
): Promise<boolean> {
  const listing = await listFolder(dir).catch(() => null);
  if (listing === null || calculateFingerprint(listing) !== fingerprint) return false;
  if (projectToolsDir !== null && (await findProjectTools(hand, projectToolsDir)).length > 0) return false;
  return (await findDistrust(dir, { readInstalled })) === null;
}
