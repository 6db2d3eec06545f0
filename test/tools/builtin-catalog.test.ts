import { expect, test } from "vitest";
import { systemClock, systemRandom } from "../../src/core/index.ts";
import { BUILTIN_CATALOG, createBuiltinTools } from "../../src/tools/index.ts";

test("the catalog says of each tool that comes with the program what the tool says itself", () => {
  const tools = createBuiltinTools({
    programVersion: "1.0.0",
    clock: systemClock,
    random: systemRandom,
    environment: {},
  });
  const facts = tools.map(({ descriptor: { name, effect, action } }) => ({ name, effect, action }));
  expect(BUILTIN_CATALOG).toEqual(facts);
});
