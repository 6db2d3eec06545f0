import { defineConfig } from "vitest/config";

const soak = process.env.HANDS_SOAK === "1";

export default defineConfig({
  test: {
    // At length the dashboard is tested once more, with its server and its worker in processes of their own on Postgres; and processes
    // are killed at every point there is; and properties are tried with other inputs each time.
    include: soak
      ? [
          "test/**/*.soak.test.ts",
          "test/{web,crash,schedule}/*.test.ts",
          "test/{manifest,channels}/**/*.test.ts",
          "test/approvals/*properties.test.ts",
        ]
      : ["test/**/*.test.ts"],
    exclude: soak ? [] : ["test/**/*.soak.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
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
  },
});
