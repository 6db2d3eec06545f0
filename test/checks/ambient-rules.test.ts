import { beforeAll, expect, test } from "vitest";
import { lintTree } from "../support/lint-tree.ts";

const onlyInCore = {
  "date-now": "export const a = Date.now();\n",
  "new-date": "export const a = new Date();\n",
  "math-random": "export const a = Math.random();\n",
  "performance-now": "export const a = performance.now();\n",
  "process-env": "export const a = process.env.HOME;\n",
  "process-env-import": `import { env } from "node:process";\nexport const a = env.HOME;\n`,
  "set-timeout": "export const a = setTimeout(() => {}, 5);\n",
  "set-interval": "export const a = setInterval(() => {}, 5);\n",
  "node-timers": `import { setTimeout as sleep } from "node:timers/promises";\nawait sleep(5);\n`,
};
const exit = "process.exit(1);\n";
const innocent = "export const a = new Date(5);\nexport const b = (clock) => clock.setTimeout(a);\n";

let refused: readonly string[];

beforeAll(() => {
  const files = new Map([["src/cli/main.ts", exit]]);
  for (const [name, source] of Object.entries({ ...onlyInCore, exit })) files.set(`test/${name}.ts`, source);
  for (const part of ["core", "store", "store/sqlite", "cli"]) {
    for (const [name, source] of Object.entries({ ...onlyInCore, exit, innocent })) {
      files.set(`src/${part}/${name}.ts`, source);
    }
  }
  const { diagnostics } = lintTree(files);
  const ours = diagnostics.filter(({ rule }) => rule === "plugin" || rule.endsWith("/noRestrictedGlobals"));
  refused = ours.map(({ file }) => file);
});

test.each(Object.keys(onlyInCore))("%s is refused everywhere but in core", (name) => {
  expect(refused).toContain(`src/store/${name}.ts`);
  expect(refused).toContain(`src/store/sqlite/${name}.ts`);
  expect(refused).toContain(`src/cli/${name}.ts`);
  expect(refused).not.toContain(`src/core/${name}.ts`);
});

test("process.exit is refused everywhere but in the program's entry", () => {
  for (const part of ["core", "store", "cli"]) expect(refused).toContain(`src/${part}/exit.ts`);
  expect(refused).not.toContain("src/cli/main.ts");
});

test("tests and scripts may do all of it", () => {
  expect(refused.filter((file) => file.startsWith("test/"))).toEqual([]);
});

test("a given instant and a clock's own timers are accepted", () => {
  expect(refused.filter((file) => file.endsWith("/innocent.ts"))).toEqual([]);
});
