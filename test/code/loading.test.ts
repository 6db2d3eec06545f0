import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import { createManualClock } from "./manual-clock.ts";
import { useHosts } from "./open-host.ts";
import { readUntil, scriptOf, someStart } from "./script-runs.ts";

const openHost = useHosts();

describe("loading a hand's code", () => {
  test("gives it hands, zod and its own modules, wherever its folder is, and warns of nothing", async () => {
    const { host, writeHand, logged } = openHost();
    const dir = await writeHand({
      "hand.ts": scriptOf(
        "return [typeof defineTool, new HandsError('internal', 'x').code, z.string().safeParse(1).success, deep, plain];",
        `import { defineTool, HandsError, type ToolDefinition } from "hands";
         import { z } from "zod";
         import { deep } from "./lib/deep.ts";
         import { plain } from "./lib/plain.js";
         export type Unused = ToolDefinition;`,
      ),
      "lib/deep.ts": `import { z } from "zod/mini"; export const deep: string = z.parse(z.string(), "deep");`,
      "lib/plain.js": `import { defineTool } from "hands"; export const plain = typeof defineTool;`,
    });
    // A folder that is reached through a link is known by its real path.
    await symlink(dir, join(dir, "link"));
    const linked = join(dir, "link");
    const code = await host.load({
      handName: "oracle",
      hash: "a",
      dir: linked,
      scriptPath: join(linked, "hand.ts"),
      toolPaths: [],
      confinement: null,
    });
    const messages = await readUntil(code.startScript(someStart), "returned");
    expect(messages).toEqual([
      { type: "returned", value: ["function", "internal", false, "deep", "function"] },
    ]);
    expect(logged).toEqual([]);
  });

  test("logs what a module prints while it is loaded", async () => {
    const { loadHand, logged } = openHost();
    await loadHand({ "hand.ts": `console.log("loading");\n${scriptOf("")}` });
    expect(logged).toEqual([{ level: "info", message: "loading", fields: { hand: "oracle" } }]);
  });

  test.each([
    ["a syntax error", "const a = 1;\n  const = 2;", 2, 9, /Unexpected token/],
    ["an unfinished text", "const a = 1;\nfunction b() {\n  a", 3, 4, /Expected/],
    ["an enum", "const a = 1;\n  enum Colour { Red }", 2, 3, /enum is not supported/],
    [
      "a parameter property",
      "class A {\n  constructor(private b: number) {}\n}",
      2,
      23,
      /parameter property/,
    ],
    [
      "a name declared twice",
      "import z from 'zod';\nexport const a: number = 1;\nlet a = 2;",
      3,
      5,
      /already been declared/,
    ],
    [
      "a module that is not there",
      "const a = 1;\nimport { b } from './b.ts';",
      2,
      19,
      /Cannot find module '(lib\/)?b\.ts'/,
    ],
    [
      "an import of what is not exported",
      "import { b } from './ok.ts';",
      1,
      10,
      /does not provide an export/,
    ],
    [
      "an error while it is evaluated",
      "interface A { b: string }\n(undefined as unknown as A).b.trim();",
      2,
      29,
      /undefined/,
    ],
  ])("that has %s fails with file, line and column", async (_case, text, line, column, message) => {
    const { loadHand, countThreads } = openHost();
    for (const [file, files] of [
      ["hand.ts", { "hand.ts": text }],
      [
        "lib/part.ts",
        { "hand.ts": scriptOf("", `import "./lib/part.ts";`), "lib/part.ts": text, "lib/ok.ts": "" },
      ],
    ] as const) {
      const error = await loadHand({ ...files, "ok.ts": "" }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(HandsError);
      expect(error).toMatchObject({ code: "script_failed", details: { file, line, column } });
      expect(error).toHaveProperty("message", expect.stringMatching(message));
      expect(error).toHaveProperty("message", expect.stringContaining(`${file}:${line}:${column}: `));
    }
    await expect.poll(countThreads, { timeout: 10_000 }).toBe(0);
  });

  test("says how to import a type that was imported as a value", async () => {
    const loading = openHost().loadHand({ "hand.ts": `import { HandContext } from "hands";` });
    await expect(loading).rejects.toMatchObject({ hint: expect.stringContaining("import type") });
  });

  test.each([
    ["a script without a default export", "hand.ts", "export const x = 1;", /^hand\.ts has no function/],
    ["a tool without one", "tools/a.ts", "export const x = 1;", /^tools\/a\.ts: there is no tool/],
    [
      "a tool that lacks parts",
      "tools/a.ts",
      "export default { name: 'a', effect: 'maybe' };",
      /^tools\/a\.ts: the tool a is not well defined: description: .*effect: /,
    ],
    [
      "a name of the program's",
      "tools/a.ts",
      tool("request_approval"),
      /^tools\/a\.ts: .* belongs to the program/,
    ],
    ["a name that is none", "tools/a.ts", tool("not a name"), /^tools\/a\.ts: .* is not a tool name/],
    [
      "a name that is taken",
      "tools/a.ts",
      tool("b"),
      /^tools\/b\.ts: the tool b is also defined in tools\/a\.ts/,
    ],
    [
      "a schema that JSON cannot say",
      "tools/a.ts",
      tool("a").replace("z.object({})", "z.object({ d: z.date() })"),
      /^tools\/a\.ts: The input of the tool a cannot be shown/,
    ],
    ["a way out", "tools/a.ts", "process.exit(4);", /ended its own thread \(process\.exit with code 4\)/],
    ["a rejection", "tools/a.ts", "await Promise.reject(new Error('top'));", /^tools\/a\.ts:1:22: top/],
  ])("fails for %s", async (_case, file, text, message) => {
    const loading = openHost().loadHand({ [file]: text, "tools/b.ts": tool("b") });
    await expect(loading).rejects.toMatchObject({
      code: "script_failed",
      message: expect.stringMatching(message),
    });
  });

  test("that never ends is given up after 10 s, and may be tried again", async () => {
    const clock = createManualClock(0);
    const { host, writeHand, countThreads } = openHost({ clock });
    const dir = await writeHand({ "hand.ts": "for (;;);" });
    const version = {
      handName: "oracle",
      hash: "a",
      dir,
      scriptPath: "hand.ts",
      toolPaths: [],
      confinement: null,
    };
    for (let turn = 0; turn < 2; turn += 1) {
      const loading = host.load(version).catch((error: unknown) => error);
      await expect.poll(countThreads, { timeout: 10_000 }).toBe(1);
      clock.advance(10_000);
      expect(await loading).toMatchObject({ code: "timeout", message: expect.stringMatching(/within 10 s/) });
      expect(countThreads()).toBe(0);
    }
  });
});

function tool(name: string): string {
  return `import { z } from "zod";
    export default { name: "${name}", description: "d", effect: "read", input: z.object({}), execute: () => 1 };`;
}
