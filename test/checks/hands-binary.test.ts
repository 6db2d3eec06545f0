import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../support/lint-tree.ts";

/** Makes the process believe that it is an older Node; the one that it starts is not told. */
const pretendOlder =
  "process.argv.includes('--older') && Object.defineProperty(process.versions, 'node', { value: '20.20.2' })";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hands-binary-"));
  mkdirSync(path.join(folder, "dist/program"), { recursive: true });
  cpSync(path.join(repositoryRoot, "bin"), path.join(folder, "bin"), { recursive: true });
  writeFileSync(path.join(folder, "package.json"), `{ "type": "module" }`);
  writeFileSync(
    path.join(folder, "dist/program/main.js"),
    "console.log(process.argv.slice(2).join(' ')); process.exitCode = 5;",
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runHands(...options: readonly string[]) {
  const preload = path.join(folder, "preload.mjs");
  writeFileSync(preload, pretendOlder);
  const args = [path.join(folder, "bin/hands.js"), "list", ...options];
  return spawnSync(process.execPath, ["--import", preload, ...args], { encoding: "utf8" });
}

test("on a new enough Node it runs the program in the same process", () => {
  const run = runHands("--json");
  expect([run.stdout, run.stderr, run.status]).toEqual(["list --json\n", "", 5]);
});

test("on an older Node, with none pinned beside it, it says what it needs and exits 2", () => {
  const run = runHands("--older");
  expect(run.stdout).toBe("");
  expect(run.stderr).toContain("this is Node 20.20.2");
  expect(run.stderr).toContain("needs Node 24 or newer");
  expect(run.status).toBe(2);
});

test("on an older Node it hands over to the pinned one, with its arguments and exit code", () => {
  mkdirSync(path.join(folder, "node_modules/node/bin"), { recursive: true });
  symlinkSync(process.execPath, path.join(folder, "node_modules/node/bin/node"));
  const run = runHands("--older");
  expect([run.stdout, run.stderr, run.status]).toEqual(["list --older\n", "", 5]);
});
