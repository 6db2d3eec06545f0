import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../support/lint-tree.ts";
import type { InstalledPackage } from "./installed-package.ts";
import { installPackage } from "./installed-package.ts";
import { walkTutorial } from "./walk-tutorial.ts";

let installed: InstalledPackage;

beforeAll(async () => {
  installed = await installPackage();
}, 120_000);

afterAll(() => installed?.remove());

test("the package has what runs, what is read, and nothing else", () => {
  const tops = new Set(installed.files.map((path) => path.split("/")[0]));
  expect([...tops].sort()).toEqual([
    "LICENSE",
    "README.md",
    "bin",
    "dist",
    "docs",
    "examples",
    "package.json",
    "schema",
    "web",
  ]);
  expect(installed.files).toContain("schema/hand.schema.json");
  expect(installed.files).toContain("web/dist/index.html");
  expect(
    installed.files.filter((path) => /\.map$|\.test\.|(^|\/)node_modules\/|^web\/src/.test(path)),
  ).toEqual([]);
});

test("publint finds nothing in it", async () => {
  const { messages, pkg } = await publint({ pkgDir: installed.packageDir, pack: false, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg as object))).toEqual([]);
});

test("the tutorial leads from an empty folder with the package to its end", {
  timeout: 300_000,
}, async () => {
  const { projectDir } = installed;
  const said = await walkTutorial(installed);
  const manifest = await readFile(join(projectDir, "hands/disk-report/HAND.toml"), "utf8");
  const [, schema = ""] = /^#:schema (\S+)/.exec(manifest) ?? [];
  expect(schema).toBe("../../node_modules/hands/schema/hand.schema.json");
  expect(existsSync(join(projectDir, "hands/disk-report", schema))).toBe(true);
  expect(said.get("run disk-report")).toMatch(/\| -?[\d.]+ points \|/);
  expect(said.get("run announce --dry-run")).toContain("would ask publish_note");
  expect(said.get("approvals")).toContain('"text": "Up for');
  expect(said.get("why announce")).toContain('with the note "looks right"');
  const published = await readFile(join(projectDir, "data/workspaces/announce/published.md"), "utf8");
  expect(published).toMatch(/^(Up for \d+ hours\n){2}$/);
  expect(said.get("executions announce")?.match(/success/g)).toHaveLength(2);
});

test.each(["nodenext", "bundler"])(
  "its types resolve with moduleResolution = %s",
  async (resolution) => {
    await writeFile(
      join(installed.projectDir, "index.ts"),
      `import { createRuntime, defineTool, HandRegistry, HandsError, nextFires, parseManifest } from "hands";
import type { HandContext, Runtime } from "hands";
const { hand } = parseManifest('[hand]\\nname = "x"', { path: "HAND.toml" });
export const name: string | undefined = hand?.name;
export const fires: readonly Date[] = nextFires({ cron: "0 7 * * *" }, { from: new Date(0), count: 1 });
export const output = async (context: HandContext): Promise<string> => \`\${context.now().toISOString()}\`;
export type Made = ReturnType<typeof createRuntime> extends Promise<Runtime> ? true : never;
export const made: Made = true;
// @ts-expect-error: types that are not found would be any, and take this.
export const wrong: number = new HandsError("internal", "x").message;
export { defineTool, HandRegistry };
`,
    );
    const module = resolution === "bundler" ? "esnext" : "nodenext";
    const options = ["--noEmit", "--strict", "--target", "esnext", "--module", module];
    const compiler = join(repositoryRoot, "node_modules/typescript/bin/tsc");
    const checked = await new Promise<string>((resolve) => {
      const child = spawn(
        process.execPath,
        [compiler, ...options, "--moduleResolution", resolution, "--skipLibCheck", "index.ts"],
        { cwd: installed.projectDir, stdio: ["ignore", "pipe", "inherit"] },
      );
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      child.on("close", () => resolve(text));
    });
    expect(checked).toBe("");
  },
  120_000,
);
