import files from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { Watch } from "./interrupt-process.ts";

const CHANGING_CALLS = ["mkdir", "open", "rename", "rm", "writeFile"] as const;

/**
 * Puts a watch around the platform's own functions that change files below a folder, for all modules of this process, and counts
 * their calls.
 */
export function watchFiles(dir: string, watch: Watch): void {
  let count = 0;
  for (const name of CHANGING_CALLS) {
    const original = files[name] as (...args: unknown[]) => Promise<unknown>;
    const watched = async (...args: unknown[]) => {
      if (!String(args[0]).startsWith(dir)) return await original(...args);
      count += 1;
      const number = count;
      watch.before(number, `${name} ${String(args[0])}`);
      const result = await original(...args);
      watch.after(number, `${name} ${String(args[0])}`);
      return result;
    };
    Object.assign(files, { [name]: watched });
  }
  syncBuiltinESMExports();
}
