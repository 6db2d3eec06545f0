import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createHandCodeHost } from "../../src/code/index.ts";
import { silentLogger, systemClock, systemRandom } from "../../src/core/index.ts";
import { checkGateCoverage, loadHandFolder } from "../../src/manifest/index.ts";
import { createBuiltinTools } from "../../src/tools/index.ts";
import { pickEnvironment } from "../support/child-environment.ts";
import { EXAMPLE_NAMES, EXAMPLES_DIR } from "./example-bench.ts";

const builtin = createBuiltinTools({
  programVersion: "test",
  clock: systemClock,
  random: systemRandom,
  environment: {},
});

it("there are examples of scripts and of models", () => {
  expect(EXAMPLE_NAMES).toEqual(
    expect.arrayContaining(["briefing", "content-drafter", "sentinel", "uptime"]),
  );
});

describe.each(EXAMPLE_NAMES)("%s", (name) => {
  const dir = join(EXAMPLES_DIR, name);

  it("loads without a single diagnostic", async () => {
    const { hand, diagnostics } = await loadHandFolder(dir);
    expect(diagnostics).toEqual([]);
    expect(hand).toMatchObject({ name, extra: {} });
    expect(hand?.description).not.toBe("");
  });

  it("has every tool it names, and gates that cover something, once its code is loaded", async () => {
    const { hand } = await loadHandFolder(dir);
    if (hand === undefined) throw new Error("it did not load");
    const host = createHandCodeHost({
      clock: systemClock,
      logger: silentLogger,
      environment: pickEnvironment(),
    });
    try {
      const code = await host.load({
        handName: name,
        hash: dir,
        dir,
        scriptPath: hand.scriptPath,
        toolPaths: hand.toolPaths,
        confinement: null,
      });
      expect(code.hasScript).toBe(hand.scriptPath !== null);
      const tools = [...builtin, ...code.tools].map(({ descriptor }) => descriptor);
      expect(checkGateCoverage(hand, { tools, isComplete: true })).toEqual([]);
    } finally {
      await host.stop();
    }
  });

  it("has no error before its code is loaded", async () => {
    const { hand } = await loadHandFolder(dir);
    if (hand === undefined) throw new Error("it did not load");
    const tools = builtin.map(({ descriptor }) => descriptor);
    const problems = checkGateCoverage(hand, { tools, isComplete: false });
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
