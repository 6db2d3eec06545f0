import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isInside } from "../core/index.ts";

const SCHEMA = "schema/hand.schema.json";
const PACKAGE_DIR = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Where an editor finds the schema of `HAND.toml`, from a hand's folder: a relative path where this package is installed in the project or a
 * folder above it, which holds on every machine that installs the project; else the address of the file on this machine.
 */
export function findSchemaAddress(handDir: string, packageDir = PACKAGE_DIR): string {
  const installed = findInstalled(handDir);
  if (installed !== null) return toPosix(relative(handDir, installed));
  const root = resolve(packageDir);
  const own = join(root, SCHEMA);
  return isInside(root, handDir) ? toPosix(relative(handDir, own)) : pathToFileURL(own).href;
}

function findInstalled(folder: string): string | null {
  const path = join(folder, "node_modules", "hands", SCHEMA);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? null : findInstalled(dirname(folder));
}

function toPosix(path: string): string {
  return path.split(sep).join("/");
}
