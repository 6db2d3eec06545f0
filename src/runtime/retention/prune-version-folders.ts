import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Store } from "../../store/index.ts";
import { listKeptVersions } from "../../store/index.ts";

const HASH = /^[0-9a-f]{64}$/;
const PER_LOOK = 200;

/** Removes unpacked versions that the store does not keep any more and that are older than the instant. Gives how many. */
export async function pruneVersionFolders(
  store: Store,
  dataDir: string,
  unpackedBefore: number,
): Promise<number> {
  const root = join(dataDir, "versions");
  const names = (await readdir(root).catch(() => [])).filter((name) => HASH.test(name));
  let removedCount = 0;
  for (let start = 0; start < names.length; start += PER_LOOK) {
    const some = names.slice(start, start + PER_LOOK);
    const kept = await listKeptVersions(store, some);
    for (const name of some.filter((candidate) => !kept.has(candidate))) {
      const path = join(root, name);
      const found = await stat(path).catch(() => null);
      if (found === null || found.mtimeMs >= unpackedBefore) continue;
      await rm(path, { recursive: true, force: true });
      removedCount += 1;
    }
  }
  return removedCount;
}
