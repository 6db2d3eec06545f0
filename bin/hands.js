#!/usr/bin/env node
// Starts the CLI on Node 24 or newer. Older ones get as far as here, so this file keeps to what Node 18 can read.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const oldestMajor = 24;
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const pinnedNode = path.join(
  root,
  "node_modules",
  "node",
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);
const main = path.join(root, "dist", "program", "main.js");

if (Number.parseInt(process.versions.node, 10) >= oldestMajor) {
  await import("../dist/program/main.js");
} else if (existsSync(pinnedNode)) {
  const child = spawn(pinnedNode, [...process.execArgv, main, ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  // A terminal sends Ctrl-C to both processes; a supervisor tells only this one, which passes it on and waits.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`hands: ${pinnedNode} could not be started: ${error.message}`);
    process.exitCode = 2;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exitCode = code;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
} else {
  console.error(
    `hands: this is Node ${process.versions.node} (${process.execPath}), and hands needs Node ${oldestMajor} or newer.\n` +
      `Install a newer Node from https://nodejs.org, then run the command again.`,
  );
  process.exitCode = 2;
}
