import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadHandFolder } from "../../src/manifest/index.ts";
import { testHand } from "../../src/recording/index.ts";
import { EXAMPLE_NAMES, EXAMPLES_DIR } from "./example-bench.ts";

const folders = await Promise.all(EXAMPLE_NAMES.map((name) => loadHandFolder(join(EXAMPLES_DIR, name))));
const modelHands = folders.flatMap(({ hand }) => (hand?.scriptPath === null ? [hand.name] : []));

test.each(modelHands)("%s goes as it was recorded, with no model", async (name) => {
  const tests = await testHand({ handDir: join(EXAMPLES_DIR, name) });
  expect(tests.length).toBeGreaterThan(0);
  for (const { name: recording, path, hasPassed, differences } of tests) {
    const failures = differences.filter(({ isFailure }) => isFailure);
    expect({ recording, hasPassed, failures }).toEqual({ recording, hasPassed: true, failures: [] });
    expect(await readFile(path, "utf8")).not.toMatch(/127\.0\.0\.1|localhost|\/tmp\/|\/home\//);
  }
});
