import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { NotRunHere } from "./types.ts";

const execute = promisify(execFile);

/** Debian's own first: it is the one for which python3-pydantic is a package. */
const CANDIDATES = ["/usr/bin/python3", "python3"];

/** Finds a Python that has the modules. Throws {@link NotRunHere}. */
export async function findPython(modules: readonly string[]): Promise<string> {
  for (const python of CANDIDATES) {
    if (path.isAbsolute(python) && !existsSync(python)) continue;
    try {
      await execute(python, ["-c", `import ${modules.join(", ")}`]);
      return python;
    } catch {
      // Another one may have them.
    }
  }
  throw new NotRunHere(`no Python with ${modules.join(" and ")}`);
}

/** Runs a script of `bench/fixtures`, which prints the figures that it took itself as JSON. */
export async function runPython(
  python: string,
  script: string,
  args: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const file = path.join(import.meta.dirname, "..", "fixtures", script);
  const { stdout } = await execute(python, [file, ...args]);
  return JSON.parse(stdout) as Record<string, number>;
}
