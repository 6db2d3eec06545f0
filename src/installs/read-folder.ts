import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { HandFile } from "../manifest/index.ts";
import { isPassedOver } from "../manifest/index.ts";
import { FileCollector } from "./collect-files.ts";
import { assertBytes } from "./package-bounds.ts";
import { refuseEntry } from "./package-paths.ts";
import type { PackageBounds } from "./types.ts";

/**
 * The files of a folder of this machine, hidden ones and `node_modules` passed over. A link or a device refuses the whole: it would be another thing here than there.
 *
 * Throws: `path_outside`, `too_large`.
 */
export async function readFolder(root: string, bounds: PackageBounds): Promise<readonly HandFile[]> {
  const collector = new FileCollector(bounds);
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (isPassedOver(entry.name)) continue;
      if (entry.isDirectory()) {
        collector.addFolder(path);
        await visit(path);
      } else if (entry.isFile()) collector.addFile(path, await readPlainFile(join(root, path), bounds));
      else throw refuseEntry(path, entry.isSymbolicLink() ? "it is a link" : "it is no plain file");
    }
  };
  await visit("");
  return collector.finish();
}

/** Opened without following a link that took the file's place meanwhile. */
async function readPlainFile(path: string, bounds: PackageBounds): Promise<Buffer> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  assertBytes((await file.stat()).size, bounds);
  return await file.readFile();
}
