import type { TestProjectInlineConfiguration } from "vitest/config";
import { defineConfig } from "vitest/config";

const soak = process.env.HANDS_SOAK === "1";

// At length the dashboard is tested once more, with its server and its worker in processes of their own on Postgres; and processes
// are killed at every point there is; and properties are tried with other inputs each time.
const files = soak
  ? [
      "test/**/*.soak.test.ts",
      "test/{web,crash,schedule}/*.test.ts",
      "test/{manifest,channels}/**/*.test.ts",
      "test/approvals/*properties.test.ts",
    ]
  : ["test/**/*.test.ts"];

const notNow = soak ? [] : ["test/**/*.soak.test.ts"];

/**
 * Parts whose test files come one after another in one process, which loads what is tested once; the others have a process for each file.
 * No file of these changes a module, the environment or anything global for all.
 */
const together = [
  "approvals",
  "channels",
  "cli",
  "core",
  "manifest",
  "messaging",
  "models",
  "queue",
  "registry",
  "runner",
  "schedule",
  "store",
].map((part) => `test/${part}/**/*.test.ts`);

/** What is long measures its own process, too. */
const shared = soak ? [] : together;

const options = {
  pool: "forks",
  // One more than the two cores that this is made for: many tests wait for a process of their own.
  maxWorkers: 3,
  testTimeout: 60_000,
  // A second, as is usual, is too short on a busy machine.
  expect: { poll: { timeout: 30_000, interval: 20 } },
  hookTimeout: 60_000,
  env: {
    HANDS_TEST_SCALE: process.env.HANDS_TEST_SCALE ?? "1",
    ...(soak ? { HANDS_TEST_WEB_STORE: "postgres" } : {}),
  },
} satisfies TestProjectInlineConfiguration["test"];

export default defineConfig({
  test: {
    // What the whole run shares is asked for in one place.
    globalSetup: ["test/support/global-setup.ts"],
    maxWorkers: options.maxWorkers,
    projects: [
      { test: { ...options, name: "alone", include: files, exclude: [...shared, ...notNow] } },
      { test: { ...options, name: "together", include: shared, exclude: notNow, isolate: false } },
    ],
  },
});
