import { sha256 } from "../core/index.ts";
import type { FolderListing } from "./folder-files.ts";
import { listFolder } from "./folder-files.ts";

/**
 * A text that changes whenever a file of the hand's folder may have changed: cheap, from sizes, times and inodes alone.
 * The same as the `fingerprint` of `loadHandFolder`. A folder that cannot be read has one, too.
 */
export function readFolderFingerprint(dir: string): string {
  try {
    return calculateFingerprint(listFolder(dir));
  } catch {
    return UNREADABLE_FINGERPRINT;
  }
}

/** The fingerprint of a folder that is not there or cannot be read. */
export const UNREADABLE_FINGERPRINT = "unreadable";

/** The fingerprint of a listing. */
export function calculateFingerprint(listing: FolderListing): string {
  const rows = [
    ...listing.files.map(
      ({ path, mark }) => `${path}\0${mark.size}:${mark.mtimeMs}:${mark.ctimeMs}:${mark.ino}`,
    ),
    ...listing.refused.map(({ path, reason }) => `${path}\0${reason}`),
  ];
  return sha256(rows.join("\n"));
}
