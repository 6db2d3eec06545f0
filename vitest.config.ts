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

/** Files that have a process to themselves: they change modules for all who load them, or weigh the process that they run in. */
const alone = soak ? ["test/**/*.soak.test.ts"] : ["test/simulation/*.test.ts", "test/server/sockets.test.ts"];

const options: TestProjectInlineConfiguration["test"] = {
  pool: "forks",
  // Two more than the two cores that this is made for: many tests wait for a process of their own.
  maxWorkers: 4,
  testTimeout: 60_000,
  // A second, as is usual, is too short on a busy machine.
  expect: { poll: { timeout: 30_000, interval: 20 } },
  hookTimeout: 60_000,
  env: {
    HANDS_TEST_SCALE: process.env.HANDS_TEST_SCALE ?? "1",
    ...(soak ? { HANDS_TEST_WEB_STORE: "postgres" } : {}),
  },
};

export default defineConfig({
  test: {
    // What the whole run shares is asked for in one place.
    globalSetup: ["test/support/global-setup.ts"],
    maxWorkers: 4,
    projects: [
      { test: { ...options, name: "alone", include: alone, exclude: notNow } },
      // One process takes one file after another, and loads what is tested once: a third of the work was loading.
      { test: { ...options, name: "together", include: files, exclude: [...alone, ...notNow], isolate: false } },
    ],
  },
});
