import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../support/lint-tree.ts";

const known = (severity: string) => ({ vulnerabilities: { "left-pad": { severity, range: "<1" } } });
const NONE = { vulnerabilities: {} };
const SILENT = { error: { summary: "there is no network" } };
const REFUSING = { message: "405 Method Not Allowed", error: { summary: "" } };

const TESTED = "7 passed, 0 failed";

/** A folder for the PATH whose `npm` answers `audit` with this, runs the script of `npm run check:audit`, and tests nothing. */
function createNpm(report: object | "late", testStatus: number): string {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-audit-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(path.join(dir, "report.json"), JSON.stringify(report === "late" ? NONE : report));
  const audit = `${report === "late" ? "sleep 5; " : ""}exec cat "${dir}/report.json"`;
  const script = `#!/bin/sh
case "$1" in
audit) ${audit} ;;
test) echo "${TESTED}"; exit ${testStatus} ;;
*) exec node scripts/audit-dependencies.ts ;;
esac
`;
  writeFileSync(path.join(dir, "npm"), script, { mode: 0o755 });
  return dir;
}

interface Run {
  readonly report: object | "late";
  readonly cwd?: string;
  readonly testStatus?: number;
}

function run(file: string, argv: readonly string[], { report, cwd = repositoryRoot, testStatus = 0 }: Run) {
  const searchPath = [createNpm(report, testStatus), path.dirname(process.execPath), process.env["PATH"]];
  const { status, stdout, stderr } = spawnSync(file, argv, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, PATH: searchPath.join(":") },
  });
  return { status, stdout, stderr };
}

test.each([
  [0, "knows nothing", NONE, "0 packages with known weaknesses"],
  [0, "knows a moderate weakness", known("moderate"), "moderate: left-pad <1"],
  [1, "knows a high one", known("high"), "high: left-pad <1"],
  [1, "knows a critical one", known("critical"), "critical: left-pad <1"],
  [
    2,
    "is not reached",
    SILENT,
    "NOT AUDITED: the registry could not be asked for known weaknesses (there is",
  ],
  [
    2,
    "does not take the question",
    REFUSING,
    "NOT AUDITED: the registry could not be asked for known weaknesses (405",
  ],
  [2, "answers too late", "late" as const, "(no answer within 0.5 s)"],
])("the audit ends with %i where the registry %s", (status, _what, report, said) => {
  const argv = ["scripts/audit-dependencies.ts", ...(report === "late" ? ["0.5"] : [])];
  const ended = run(process.execPath, argv, { report });
  expect(ended.stderr).toContain(said);
  expect(ended.status).toBe(status);
});

test("a machine's run fails for a known weakness as for a failed test, is told loudly where nothing was audited, and ends with the line of the tests", () => {
  // Beside a setup that has nothing to install.
  const cwd = mkdtempSync(path.join(tmpdir(), "hands-ci-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  for (const file of [".ci/audit", ".ci/run", "scripts/audit-dependencies.ts"]) {
    cpSync(path.join(repositoryRoot, file), path.join(cwd, file), { recursive: true });
  }
  mkdirSync(path.join(cwd, "scripts"), { recursive: true });
  writeFileSync(path.join(cwd, "scripts", "setup.mjs"), "");
  writeFileSync(path.join(cwd, "package.json"), '{ "type": "module" }');
  const machine = (options: Run) => run(path.join(cwd, ".ci", "run"), [], { ...options, cwd });
  const stdout = `${TESTED}\n`;
  expect(machine({ report: NONE })).toMatchObject({ status: 0, stdout });
  expect(machine({ report: NONE, testStatus: 3 })).toMatchObject({ status: 3, stdout });
  expect(machine({ report: known("high") })).toMatchObject({
    status: 1,
    stdout,
    stderr: expect.stringContaining("high: left-pad <1"),
  });
  expect(machine({ report: SILENT })).toMatchObject({
    status: 0,
    stdout,
    stderr: expect.stringContaining("\nNOT AUDITED: "),
  });
});
