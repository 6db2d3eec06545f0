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

let installed: InstalledPackage;

beforeAll(async () => {
  installed = await installPackage();
}, 120_000);

afterAll(() => installed?.remove());

/** Runs a file of the installed project with this Node. `until`: ends it with SIGTERM once it said that. */
async function run(file: string, args: readonly string[], until?: string) {
  const { projectDir } = installed;
  const child = spawn(process.execPath, [join(projectDir, "node_modules", file), ...args], {
    cwd: projectDir,
    env: { PATH: process.env["PATH"], HOME: projectDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    if (until !== undefined && !child.killed && stderr.includes(until)) child.kill("SIGTERM");
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { exitCode, stdout, stderr };
}

const hands = (args: readonly string[], until?: string) => run("hands/bin/hands.js", args, until);

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

test("installed into an empty folder, it makes a project whose hand runs, fires and is listed", async () => {
  const made = await hands(["init", "--yes"]);
  expect([made.exitCode, made.stderr.includes("hands up")]).toEqual([0, true]);
  const manifest = await readFile(join(installed.projectDir, "hands/disk-report/HAND.toml"), "utf8");
  const [, schema = ""] = /^#:schema (\S+)/.exec(manifest) ?? [];
  expect(schema).toBe("../../node_modules/hands/schema/hand.schema.json");
  expect(existsSync(join(installed.projectDir, "hands/disk-report", schema))).toBe(true);
  const checked = await hands(["validate", "--strict", "--code"]);
  expect(checked.exitCode, checked.stdout + checked.stderr).toBe(0);
  const ran = await hands(["run", "disk-report"]);
  expect([ran.exitCode, ran.stdout.includes("| / |")], ran.stderr).toEqual([0, true]);
  const up = await hands(["up", "--port", "0"], "Ctrl-C stops");
  expect(up.exitCode, up.stderr).toBe(0);
  const listed = JSON.parse((await hands(["list", "--json"])).stdout) as readonly object[];
  expect(listed).toMatchObject([{ name: "disk-report", status: "scheduled", runCount: 1 }]);
}, 120_000);

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
