import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readEnvironment, systemClock, systemRandom } from "../../src/core/index.ts";
import { createBuiltinTools, createToolRegistry } from "../../src/tools/index.ts";
import { renderToolReference } from "./tool-reference.ts";

const DOCUMENT = new URL("../../docs/tools.md", import.meta.url);
const BEGIN =
  "<!-- the tools: made from the code by `HANDS_UPDATE_DOCS=1 npx vitest run test/tools/tool-reference.test.ts` -->\n\n";
const END = "\n<!-- the end of the tools -->\n";

const environment = readEnvironment();
const settings = { programVersion: "1.0.0", clock: systemClock, random: systemRandom, environment };
const descriptors = createToolRegistry(createBuiltinTools(settings)).tools.map(
  ({ descriptor }) => descriptor,
);

describe("the built-in tools", () => {
  test("are described in docs/tools.md as they are", () => {
    const document = readFileSync(DOCUMENT, "utf8");
    const [before, rest = ""] = document.split(BEGIN);
    const [written, after] = rest.split(END);
    if (after === undefined) throw new Error("docs/tools.md has lost the marks around the tools");
    const actual = renderToolReference(descriptors);
    if (environment.HANDS_UPDATE_DOCS === "1")
      writeFileSync(DOCUMENT, `${before}${BEGIN}${actual}${END}${after}`);
    else expect(written).toBe(actual);
  });

  test("are these, and what each may do to the world is settled", () => {
    expect(
      Object.fromEntries(descriptors.map(({ name, effect, confinedTo }) => [name, [effect, confinedTo]])),
    ).toEqual({
      db_health: ["read", null],
      disk_check: ["read", null],
      execute_hand: ["destructive", null],
      file_list: ["read", "workspace"],
      file_read: ["read", "workspace"],
      file_write: ["write", "workspace"],
      git: ["read", null],
      git_commit: ["write", null],
      http_get: ["read", null],
      http_request: ["destructive", null],
      memory_get: ["read", "memory"],
      memory_list: ["read", "memory"],
      memory_set: ["write", "memory"],
      notify: ["destructive", null],
      process_list: ["read", null],
      read_skill: ["read", null],
      rss_fetch: ["read", null],
      shell: ["destructive", null],
      system_stats: ["read", null],
      web_fetch: ["read", null],
    });
  });

  test("refuse an argument that they do not know, as a slip of the pen would be one", async () => {
    const { tools } = createToolRegistry(createBuiltinTools(settings));
    for (const tool of tools) {
      expect(await tool.parse({ sliped: true }), tool.descriptor.name).toMatchObject({
        ok: false,
        message: expect.stringContaining('"sliped"'),
      });
    }
  });

  test("have another version in another version of the program", () => {
    const next = createBuiltinTools({ ...settings, programVersion: "1.0.1" });
    const versions = new Set(
      [...descriptors, ...next.map(({ descriptor }) => descriptor)].map(({ version }) => version),
    );
    expect(versions.size).toBe(descriptors.length * 2);
  });
});
