import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What this program needs to be seen of by a worker in a sandbox: Node itself, the files of the program's own package, and the folders of
 * packages that it finds its dependencies in. `entry` is the worker's module: absolute.
 */
export function findProgramFiles(entry: string): readonly string[] {
  // PACKAGE/src/code/worker/entry.ts, or dist/ in the place of src/.
  const sources = join(dirname(entry), "..", "..");
  const packageDir = dirname(sources);
  const folders: string[] = [];
  for (let folder = packageDir; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(modules)) folders.push(realpathSync(modules));
    if (dirname(folder) === folder) break;
  }
  const files = [realpathSync(process.execPath), sources, join(packageDir, "package.json")];
  return [...new Set([...files, ...folders])];
}
