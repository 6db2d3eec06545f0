import { globSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "rolldown";
import { rolldown } from "rolldown";
import { repositoryRoot } from "./lint-tree.ts";

const TEST_DIR = path.join(repositoryRoot, "test");

/** Every file goes on knowing where it is, for workers and pages are found from there. */
const keepPlaces: Plugin = {
  name: "keep-places",
  transform(code, id) {
    if (id.includes("node_modules") || !code.includes("import.meta.url")) return null;
    return { code: code.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href)), map: null };
  },
};

/** Bundles the programs of the tests that run in processes of their own, with our code and without that of packages, into the folder. */
export async function bundleChildren(folder: string): Promise<void> {
  const names = globSync("**/*-child.ts", { cwd: TEST_DIR });
  const bundle = await rolldown({
    input: Object.fromEntries(names.map((name) => [name.replace(/\.ts$/, ""), path.join(TEST_DIR, name)])),
    platform: "node",
    external: (id) => !/^[./]|^\w:\\/.test(id) && !/^(kysely|zod|smol-toml|croner)($|\/)/.test(id),
    plugins: [keepPlaces],
  });
  await bundle.write({ dir: folder, format: "esm" });
  await bundle.close();
}
