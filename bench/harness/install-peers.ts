import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "..");

/** Installs the peers of `bench/package-lock.json`, unless they are there. They are large, so nothing but the benchmark installs them. */
export function installPeers(): void {
  if (existsSync(path.join(ROOT, "node_modules", ".package-lock.json"))) return;
  console.error("Installing the peers that bench/package-lock.json names (npm ci); this takes some minutes.");
  const { status } = spawnSync("npm ci --no-audit --no-fund --loglevel=error", {
    cwd: ROOT,
    shell: true,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("the peers could not be installed: see npm's messages above");
}
