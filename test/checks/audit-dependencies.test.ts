import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../support/lint-tree.ts";

const KNOWN = { vulnerabilities: { "left-pad": { severity: "high", range: "<1" } } };
const NONE = { vulnerabilities: {} };
const SILENT = { error: { summary: "there is no network" } };

/** A folder for the PATH whose `npm` answers `audit` with this, and runs the script of `npm run check:audit`. */
function createNpm(report: object): string {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-audit-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(path.join(dir, "report.json"), JSON.stringify(report));
  const script = `#!/bin/sh\nif [ "$1" = audit ]; then cat "${dir}/report.json"; else exec node scripts/audit-dependencies.ts; fi\n`;
  writeFileSync(path.join(dir, "npm"), script, { mode: 0o755 });
  return dir;
}

function run(report: object, file: string, argv: readonly string[], cwd = repositoryRoot) {
  const searchPath = [createNpm(report), path.dirname(process.execPath), process.env["PATH"]].join(":");
  const { status, stderr } = spawnSync(file, argv, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, PATH: searchPath },
  });
  return { status, stderr };
}

test.each([
  [0, "knows nothing", NONE, "0 packages with known weaknesses."],
  [1, "knows a weakness", KNOWN, "high: left-pad <1"],
  [2, "does not answer", SILENT, "Not audited: the registry did not answer (there is no network)."],
])("the audit ends with %i where the registry %s", (status, _what, report, said) => {
  const ended = run(report, process.execPath, ["scripts/audit-dependencies.ts"]);
  expect(ended.status).toBe(status);
  expect(ended.stderr).toContain(said);
});

test("the audit of .ci fails for a known weakness, and for a registry that does not answer only says so", () => {
  // Beside a setup that has nothing to install.
  const copy = mkdtempSync(path.join(tmpdir(), "hands-ci-"));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  for (const file of [".ci/audit", "scripts/audit-dependencies.ts"]) {
    cpSync(path.join(repositoryRoot, file), path.join(copy, file), { recursive: true });
  }
  mkdirSync(path.join(copy, "scripts"), { recursive: true });
  writeFileSync(path.join(copy, "scripts", "setup.mjs"), "");
  writeFileSync(path.join(copy, "package.json"), '{ "type": "module" }');
  const audit = (report: object) => run(report, path.join(copy, ".ci", "audit"), [], copy);
  expect(audit(NONE).status).toBe(0);
  expect(audit(KNOWN).status).toBe(1);
  expect(audit(SILENT)).toMatchObject({ status: 0, stderr: expect.stringContaining("Not audited") });
});
