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

/** More failed files than this are no matter of a busy machine. */
const MOST_FILES_RUN_AGAIN = 5;

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
  readonly testResults: readonly {
    /** The file's absolute path. */
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
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

interface TestRun extends Count {
  /** Files with a failed test in them, that did not load, or whose process died: absolute paths. */
  readonly failedFiles: readonly string[];
  /** Tests in those files, and how many of them passed. */
  readonly inFailedFiles: { readonly tests: number; readonly passed: number };
}

/** Counts tests, and beside them what no test shows: a file that did not load, an error outside every test. */
function runTests(files: readonly string[]): TestRun {
  const folder = mkdtempSync(path.join(tmpdir(), "hands-test-report-"));
  const reportFile = path.join(folder, "report.json");
  const quoted = files.map((file) => JSON.stringify(file)).join(" ");
  try {
    const status = run(
      `vitest run --reporter=default --reporter=json --outputFile.json=${reportFile} ${quoted}`,
      {
        HANDS_SOAK: isSoak ? "1" : "",
      },
    );
    if (!existsSync(reportFile)) {
      console.log("Vitest ended without a report.");
      return { passed: 0, failed: 1, skipped: 0, failedFiles: [], inFailedFiles: { tests: 0, passed: 0 } };
    }
    const report = JSON.parse(readFileSync(reportFile, "utf8")) as VitestReport;
    const failedFiles = report.testResults.filter((file) => file.status === "failed");
    const brokenFiles = failedFiles.filter((file) => file.assertionResults.length === 0);
    const failed = report.numFailedTests + brokenFiles.length;
    const isBad = status !== 0 || !report.success;
    const inFailedFiles = failedFiles.flatMap((file) => file.assertionResults);
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && isBad ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests,
      failedFiles: failedFiles.map((file) => file.name),
      inFailedFiles: {
        tests: inFailedFiles.length,
        passed: inFailedFiles.filter(({ status }) => status === "passed").length,
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A few failed files run once more, alone: what then passes needed a quieter machine, not a mended program, and is named at the end, so
 * that nobody takes it for clean. Whatever fails twice has failed.
 */
function runFailedAgain(first: TestRun): Count {
  if (first.failedFiles.length === 0 || first.failedFiles.length > MOST_FILES_RUN_AGAIN) return first;
  console.log(`\nOnce more, alone: ${first.failedFiles.map(shorten).join(", ")}`);
  const second = runTests(first.failedFiles);
  if (second.passed + second.failed + second.skipped < first.inFailedFiles.tests) return first;
  const mended = first.failedFiles.filter((file) => !second.failedFiles.includes(file));
  if (mended.length > 0) {
    console.log(`Failed at first and passed alone, which wants a look: ${mended.map(shorten).join(", ")}`);
  }
  return {
    passed: first.passed - first.inFailedFiles.passed + second.passed,
    failed: second.failed,
    skipped: first.skipped,
  };
}

function shorten(file: string): string {
  return path.relative(root, file);
}

const failedChecks = isSoak ? [] : checks.filter(([name, script]) => !runCheck(name, script));
const tests = runFailedAgain(runTests(filters));

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
