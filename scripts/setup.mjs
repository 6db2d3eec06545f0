// Installs the packages that package-lock.json names, unless they are there already.
// It runs before anything is installed, on whatever Node the machine has: built-in modules only, plain JavaScript.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const modules = path.join(root, "node_modules");

/** npm writes down what it installed when it is done; packages for other platforms are rightly missing there. */
function isInstalled() {
  const record = path.join(modules, ".package-lock.json");
  if (!existsSync(record) || !existsSync(path.join(modules, ".bin", "node"))) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  const isAsWanted = ([location, { version, integrity, optional }]) => {
    const found = installed[location];
    if (found === undefined) return optional === true;
    return (
      found.version === version && found.integrity === integrity && existsSync(path.join(root, location))
    );
  };
  return Object.entries(wanted).every((entry) => entry[0] === "" || isAsWanted(entry));
}

/** The Node that npm itself runs on must not be the one that it is about to replace. */
function searchPathWithoutModules() {
  const entries = (process.env.PATH ?? "").split(path.delimiter);
  return entries.filter((entry) => !entry.startsWith(modules)).join(path.delimiter);
}

if (!isInstalled()) {
  console.error(
    "Installing the packages that package-lock.json names (npm ci); this takes about half a minute.",
  );
  const startedAt = Date.now();
  const run = spawnSync("npm ci --include=dev --no-audit --no-fund --loglevel=error", {
    cwd: root,
    shell: true,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, PATH: searchPathWithoutModules() },
  });
  if (run.status !== 0 || !isInstalled()) {
    console.error(
      "The packages could not be installed: see npm's messages above, then run the command again.",
    );
    process.exit(run.status || 1);
  }
  console.error(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}
