import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
let dir = "";

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "hands-built-"));
  await symlink(join(root, "node_modules"), join(dir, "node_modules"));
  await writeFile(join(dir, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(
    join(dir, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tsconfig.build.json"),
      // Types are checked elsewhere: this asks only whether what is emitted runs.
      compilerOptions: { outDir: "dist", rootDir: join(root, "src"), declaration: false, noCheck: true },
      files: ["index.ts", "worker/thread-entry.ts", "worker/process-entry.ts", "worker/hands-module.ts"].map(
        (file) => join(root, "src/code", file),
      ),
      include: [],
    }),
  );
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const { bin } = JSON.parse(await readFile(typescript, "utf8"));
  await run(process.execPath, [join(dirname(typescript), bin.tsc), "-p", dir]);
});

afterAll(() => rm(dir, { recursive: true }));

test("built code runs its workers too, and a process that is done with them ends by itself", async () => {
  await mkdir(join(dir, "hand/tools"), { recursive: true });
  await writeFile(
    join(dir, "hand/hand.ts"),
    `import { HandsError } from "hands";
     export default async (hand: { input: string }): Promise<string> => hand.input + typeof HandsError;`,
  );
  await writeFile(
    join(dir, "hand/tools/a.ts"),
    `import { defineTool } from "hands";
     import { z } from "zod";
     export default defineTool({ name: "a", description: "A", effect: "read", input: z.object({}), execute: () => 1 });`,
  );
  await writeFile(
    join(dir, "main.js"),
    `import { createHandCodeHost } from "./dist/code/index.js";
     import { silentLogger, systemClock } from "./dist/core/index.js";
     const host = createHandCodeHost({ clock: systemClock, logger: silentLogger, environment: {} });
     const code = await host.load({
       handName: "a", hash: "b", dir: ${JSON.stringify(join(dir, "hand"))}, scriptPath: "hand.ts", toolPaths: ["tools/a.ts"], confinement: null,
     });
     const start = { handName: "a", executionId: "1", trigger: "manual", scheduledFor: null, parameters: {},
       input: "in ", journaledValues: [] };
     console.log(JSON.stringify([await code.startScript(start).next(), await code.tools[0].parse({})]));`,
  );
  const startedAt = performance.now();
  const { stdout, stderr } = await run(process.execPath, [pathToFileURL(join(dir, "main.js")).pathname]);
  expect(JSON.parse(stdout)).toEqual([
    { type: "returned", value: "in function" },
    { ok: true, args: {} },
  ]);
  expect(stderr).toBe("");
  // The worker is still warm for 30 s, but does not keep the process.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
