import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parts } from "../../scripts/import-rules.ts";
import { lint, lintTree, repositoryRoot } from "../support/lint-tree.ts";

interface Case {
  readonly file: string;
  readonly line: number;
  readonly source: string;
  readonly isRefused: boolean;
}

/** Each way in which a part could import each other part, from each depth of its folder; one statement a line. */
function listCases(part: string): Case[] {
  const rule = parts[part];
  if (rule === undefined) throw new Error(`${part} is no part`);
  const cases: Case[] = [];
  for (const [folder, up] of [
    [`src/${part}`, "../"],
    [`src/${part}/sub`, "../../"],
    [`src/${part}/sub/sub`, "../../../"],
  ] as const) {
    for (const other of Object.keys(parts).filter((name) => name !== part)) {
      const mayUseValues = rule.imports.includes(other);
      const mayUseTypes = mayUseValues || (rule.types ?? []).includes(other);
      const door = `${up}${other}/index.ts`;
      const statements: (readonly [source: string, isRefused: boolean])[] = [
        [`import { a } from "${door}";`, !mayUseValues],
        [`import { type B, b } from "${door}";`, !mayUseValues],
        [`import * as c from "${door}";`, !mayUseValues],
        [`import "${door}";`, !mayUseValues],
        [`export { d } from "${door}";`, !mayUseValues],
        [`export const e = await import("${door}");`, !mayUseValues],
        [`import type { F } from "${door}";`, !mayUseTypes],
        [`export type { G } from "${door}";`, !mayUseTypes],
        [`import type { H } from "${up}${other}/inner.ts";`, true],
        [`import { i } from "./inner.ts";`, false],
      ];
      const file = `${folder}/${other}-user.ts`;
      cases.push(
        ...statements.map(([source, isRefused], index) => ({ file, line: index + 1, source, isRefused })),
      );
    }
    cases.push({
      file: `${folder}/own.ts`,
      line: 1,
      source: `import { a } from "./sub/inner.ts";`,
      isRefused: false,
    });
  }
  cases.push({
    file: `src/${part}/sub/up.ts`,
    line: 1,
    source: `import { a } from "../inner.ts";`,
    isRefused: false,
  });
  return cases;
}

describe("a made tree, under the project's own rules", () => {
  let refused: ReadonlySet<string>;

  beforeAll(() => {
    const files = new Map<string, string>();
    for (const { file, source } of Object.keys(parts).flatMap(listCases)) {
      files.set(file, `${files.get(file) ?? ""}${source}\n`);
    }
    files.set("src/index.ts", `export { a } from "./core/index.ts";\n`);
    files.set("src/backdoor.ts", `export { a } from "./core/inner.ts";\n`);
    const { diagnostics } = lintTree(files);
    const ours = diagnostics.filter(({ rule }) => rule === "plugin" || rule.endsWith("/noRestrictedImports"));
    refused = new Set(ours.map(({ file, line }) => `${file}:${line}`));
  });

  test.each(Object.keys(parts))(
    "%s: what the table forbids is refused, and what it allows is not",
    (part) => {
      const cases = listCases(part);
      expect(cases.some(({ isRefused }) => isRefused)).toBe(true);
      expect(
        cases.filter(({ file, line, isRefused }) => refused.has(`${file}:${line}`) !== isRefused),
      ).toEqual([]);
    },
  );

  test("the library's own index reaches a part only through its door", () => {
    expect(refused.has("src/index.ts:1")).toBe(false);
    expect(refused.has("src/backdoor.ts:1")).toBe(true);
  });
});

// One cheap rule shows which files it goes through; all of them have theirs in the check.
test("the linter looks at every source file of this project", { timeout: 180_000 }, () => {
  const names = readdirSync(path.join(repositoryRoot, "src"), { recursive: true, encoding: "utf8" });
  const sources = names.filter((name) => /\.tsx?$/.test(name));
  expect(sources.length).toBeGreaterThan(0);
  expect(
    lint(repositoryRoot, ["--only=suspicious/noDebugger", "src"]).checkedFileCount,
  ).toBeGreaterThanOrEqual(sources.length);
});

test("the linter's rules are what the table says", () => {
  const script = path.join(repositoryRoot, "scripts/import-rules.ts");
  expect(() => execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" })).not.toThrow();
});
