import { closeSync, fsyncSync, openSync } from "node:fs";

/** Puts the names in a folder on the disk: syncing a file keeps its content through a power cut, and not that it is called so. */
export function syncFolder(folder: string): void {
  // Windows opens no folders, and keeps names in its journal by itself.
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
