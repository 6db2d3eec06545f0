import { defineConfig } from "vitest/config";

const soak = process.env.HANDS_SOAK === "1";

export default defineConfig({
  test: {
    include: [soak ? "test/**/*.soak.test.ts" : "test/**/*.test.ts"],
    exclude: soak ? [] : ["test/**/*.soak.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    env: { HANDS_TEST_SCALE: process.env.HANDS_TEST_SCALE ?? "1" },
  },
});
