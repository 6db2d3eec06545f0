// Runs every check, the build and the tests, and ends with one line: `N passed, N failed`.
// Arguments go to Vitest, so `npm test -- test/core` runs the checks and the tests of one part.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
const isSoak = process.argv.includes("--soak");
const filters = process.argv.slice(2).filter((argument) => argument !== "--soak");

const checks: readonly (readonly [name: string, script: string])[] = [
  ["types", "check:types"],
  ["import rules", "check:imports"],
  ["style", "check:style"],
  ["unused code", "check:unused"],
  ["build", "build"],
];

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** The parts of Vitest's JSON report that are read here. */
interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

function run(command: string, env: NodeJS.ProcessEnv = {}): number {
  const { status } = spawnSync(command, {
    cwd: root,
    shell: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}

function runCheck(name: string, script: string): boolean {
  const startedAt = performance.now();
  const isGood = run(`npm run --silent ${script}`) === 0;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${isGood ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  return isGood;
}

/** Counts tests, and beside them what no test shows: a file that did not load, an error outside every test. */
function runTests(): Count {
  const folder = mkdtempSync(path.join(tmpdir(), "hands-test-report-"));
  const reportFile = path.join(folder, "report.json");
  const quoted = filters.map((filter) => JSON.stringify(filter)).join(" ");
  try {
    const status = run(
      `vitest run --reporter=default --reporter=json --outputFile.json=${reportFile} ${quoted}`,
      {
        HANDS_SOAK: isSoak ? "1" : "",
      },
    );
    if (!existsSync(reportFile)) {
      console.log("Vitest ended without a report.");
      return { passed: 0, failed: 1, skipped: 0 };
    }
    const report = JSON.parse(readFileSync(reportFile, "utf8")) as VitestReport;
    const brokenFiles = report.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    const failed = report.numFailedTests + brokenFiles.length;
    const isBad = status !== 0 || !report.success;
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && isBad ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const failedChecks = isSoak ? [] : checks.filter(([name, script]) => !runCheck(name, script));
const tests = runTests();

for (const [name, script] of failedChecks)
  console.log(`The check "${name}" failed. Alone: npm run ${script}`);
if (tests.passed + tests.failed === 0) {
  console.log("No test ran, which counts as a failure.");
  tests.failed = 1;
}
const failed = tests.failed + failedChecks.length;
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : "";
console.log(`${tests.passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed === 0 ? 0 : 1;
