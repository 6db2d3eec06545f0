import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/core/index.ts";
import type { RunnerParts } from "../../src/runner/index.ts";
import { checkDatabase } from "../../src/runtime/check-database.ts";
import type { RunnerBench, RunnerBenchOptions } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";

export const EXAMPLES_DIR = fileURLToPath(new URL("../../examples/hands", import.meta.url));

/** The names of all examples, sorted. */
export const EXAMPLE_NAMES: readonly string[] = (await readdir(EXAMPLES_DIR)).sort();

/** The files of an example, by path below its folder. */
export async function readExample(name: string): Promise<Record<string, string>> {
  const dir = join(EXAMPLES_DIR, name);
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files: Record<string, string> = {};
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files[path.slice(dir.length + 1).replaceAll("\\", "/")] = await readFile(path, "utf8");
  }
  return files;
}

export interface ExampleOptions extends RunnerBenchOptions {
  /** Texts of HAND.toml to replace. */
  readonly changes?: readonly (readonly [string, string])[];
}

/** A runner over a copy of one example, with the real check of its real database. */
export async function openExample(
  name: string,
  { changes = [], ...options }: ExampleOptions = {},
): Promise<RunnerBench> {
  const parts: { bench?: RunnerBench } = {};
  const check: RunnerParts["checkDatabase"] = () => {
    if (parts.bench === undefined) throw new Error("the bench is not open yet");
    return checkDatabase(parts.bench.store, join(parts.bench.dir, "data", "hands.db"), systemClock);
  };
  const bench = await openRunnerBench({ checkDatabase: check, ...options });
  parts.bench = bench;
  const files = await readExample(name);
  let toml = files["HAND.toml"] ?? "";
  for (const [before, after] of changes) {
    if (!toml.includes(before)) throw new Error(`HAND.toml of ${name} has no ${JSON.stringify(before)}`);
    toml = toml.replace(before, after);
  }
  bench.writeHand(name, { ...files, "HAND.toml": toml });
  return bench;
}
