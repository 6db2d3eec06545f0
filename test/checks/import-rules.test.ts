import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parts } from "../../scripts/import-rules.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
const partNames = Object.keys(parts);

interface Report {
  readonly summary: { readonly unchanged: number; readonly changed: number };
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string };
  }[];
}

function lint(folder: string): Report {
  const run = spawnSync(process.execPath, [biome, "lint", "--reporter=json", "--max-diagnostics=none"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(run.stdout) as Report;
}

describe("a tree with one import in each file, under the project's own rules", () => {
  let folder: string;
  const cases: { file: string; source: string; expected: "refused" | "accepted" }[] = [];
  let refusedFiles: ReadonlySet<string>;

  function add(part: string, depth: number, source: string, expected: "refused" | "accepted"): void {
    const file = path.posix.join("src", part, "sub/".repeat(depth - 1), `case-${cases.length}.ts`);
    cases.push({ file, source, expected });
  }

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "hands-import-rules-"));
    for (const name of ["biome.json", "package.json", ".gitignore", "scripts/lint"]) {
      cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    }

    for (const [part, rule] of Object.entries(parts)) {
      for (const other of partNames) {
        if (other === part) continue;
        const mayUseValues = rule.imports.includes(other);
        const mayUseTypes = mayUseValues || (rule.types ?? []).includes(other);
        for (const depth of [1, 2, 3]) {
          const door = `${"../".repeat(depth)}${other}/index.ts`;
          add(part, depth, `import { a } from "${door}";\na();\n`, mayUseValues ? "accepted" : "refused");
          add(
            part,
            depth,
            `import type { A } from "${door}";\nexport const a: A = 1;\n`,
            mayUseTypes ? "accepted" : "refused",
          );
        }
        const door = `../${other}/index.ts`;
        add(part, 1, `export { a } from "${door}";\n`, mayUseValues ? "accepted" : "refused");
        add(part, 1, `await import("${door}");\n`, mayUseValues ? "accepted" : "refused");
        add(part, 1, `import type { A } from "../${other}/inner.ts";\nexport const a: A = 1;\n`, "refused");
        add(part, 2, `import { a } from "../../${other}/inner.ts";\na();\n`, "refused");
      }
      add(part, 1, `import { a } from "./sub/inner.ts";\na();\n`, "accepted");
      add(part, 2, `import { a } from "../inner.ts";\na();\n`, "accepted");
    }
    cases.push({
      file: "src/index.ts",
      source: `export { a } from "./core/index.ts";\n`,
      expected: "accepted",
    });
    cases.push({
      file: "src/door.ts",
      source: `export { a } from "./core/inner.ts";\n`,
      expected: "refused",
    });

    for (const { file, source } of cases) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), source);
    }
    refusedFiles = new Set(
      lint(folder)
        .diagnostics.filter(
          ({ category }) => category === "plugin" || category.endsWith("/noRestrictedImports"),
        )
        .map(({ location }) => location.path),
    );
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(partNames)("%s: what the table forbids is refused, what it allows is accepted", (part) => {
    const own = cases.filter(({ file }) => file.startsWith(`src/${part}/`));
    expect(own.filter(({ expected }) => expected === "refused").length).toBeGreaterThan(0);
    expect(own.filter(({ expected }) => expected === "accepted").length).toBeGreaterThan(0);
    const wrong = own.filter(({ file, expected }) => refusedFiles.has(file) !== (expected === "refused"));
    expect(wrong).toEqual([]);
  });

  test("the library's own index reaches a part only through its door", () => {
    expect(refusedFiles.has("src/index.ts")).toBe(false);
    expect(refusedFiles.has("src/door.ts")).toBe(true);
  });
});

describe("code that reads the clock, the environment or chance by itself", () => {
  const sources = {
    "Date.now": "export const a = Date.now();\n",
    "new Date": "export const a = new Date();\n",
    "Math.random": "export const a = Math.random();\n",
    "performance.now": "export const a = performance.now();\n",
    "process.env": "export const a = process.env.HOME;\n",
    setTimeout: "export const a = setTimeout(() => {}, 5);\n",
    setInterval: "export const a = setInterval(() => {}, 5);\n",
    "node:timers": `import { setTimeout as sleep } from "node:timers/promises";\nawait sleep(5);\n`,
  };
  let folder: string;
  let refused: readonly string[];

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "hands-ambient-rules-"));
    for (const name of ["biome.json", "package.json", ".gitignore", "scripts/lint"]) {
      cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    }
    for (const part of ["core", "store", "cli"]) {
      mkdirSync(path.join(folder, "src", part), { recursive: true });
      Object.values(sources).forEach((source, index) => {
        writeFileSync(path.join(folder, "src", part, `case-${index}.ts`), source);
      });
      writeFileSync(path.join(folder, "src", part, "innocent.ts"), "export const a = new Date(5);\n");
    }
    refused = lint(folder)
      .diagnostics.filter(
        ({ category }) => category === "plugin" || category.endsWith("/noRestrictedGlobals"),
      )
      .map(({ location }) => location.path);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(Object.keys(sources))("%s is refused everywhere but in core", (name) => {
    const index = Object.keys(sources).indexOf(name);
    expect(refused).toContain(`src/store/case-${index}.ts`);
    expect(refused).toContain(`src/cli/case-${index}.ts`);
    expect(refused).not.toContain(`src/core/case-${index}.ts`);
  });

  test("a date made from a given instant is accepted", () => {
    expect(refused).not.toContain("src/store/innocent.ts");
  });
});

test("the linter looks at every source file of this project", () => {
  const sources = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  expect(sources.length).toBeGreaterThan(0);
  const run = spawnSync(
    process.execPath,
    [biome, "lint", "--reporter=json", "--max-diagnostics=none", "src"],
    {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  const { summary } = JSON.parse(run.stdout) as Report;
  expect(summary.changed + summary.unchanged).toBe(sources.length);
});

test("the generated rules are what the table says", () => {
  execFileSync(process.execPath, [path.join(root, "scripts/import-rules.ts"), "--check"], { stdio: "pipe" });
});
