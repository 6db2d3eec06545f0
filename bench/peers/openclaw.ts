import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type { RunningProgram } from "../fixtures/program.ts";
import { startProgram } from "../fixtures/program.ts";
import { NotRunHere } from "../harness/types.ts";

const PORT = "18999";
const TOKEN = "bench";

/** Says that the gateway listens. */
export const OPENCLAW_LISTENS = "http server listening";

/**
 * Starts openclaw's gateway in a network of its own, because it asks servers of its makers when it can. Throws {@link NotRunHere} where this
 * user may not make one.
 */
export function startGateway(folder: string): RunningProgram {
  if (spawnSync("unshare", ["-n", "true"]).status !== 0) {
    throw new NotRunHere("it is kept from the network, which needs the right to make a network namespace");
  }
  const run = `ip link set lo up 2>/dev/null; exec "$0" "$@"`;
  const args = [
    "gateway",
    "run",
    "--port",
    PORT,
    "--allow-unconfigured",
    "--auth",
    "token",
    "--token",
    TOKEN,
  ];
  return startProgram(
    ["unshare", "-n", "sh", "-c", run, process.execPath, locate(), ...args, "--bind", "loopback"],
    {
      cwd: folder,
      env: environmentOf(folder),
    },
  );
}

/** The command that lists its jobs, in the gateway's network. */
export function listCommand(gateway: RunningProgram): readonly string[] {
  const args = ["cron", "list", "--url", `ws://127.0.0.1:${PORT}`, "--token", TOKEN];
  return ["nsenter", "-t", String(gateway.child.pid), "-n", process.execPath, locate(), ...args];
}

export function environmentOf(folder: string): Readonly<Record<string, string>> {
  return { OPENCLAW_STATE_DIR: path.join(folder, "state"), OPENCLAW_NO_AUTO_UPDATE: "1" };
}

function locate(): string {
  try {
    return path.join(
      path.dirname(createRequire(import.meta.url).resolve("openclaw/package.json")),
      "openclaw.mjs",
    );
  } catch {
    return path.join(import.meta.dirname, "..", "node_modules", "openclaw", "openclaw.mjs");
  }
}
