import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { loadHandFolder } from "../../src/manifest/index.ts";
import { HandRegistry } from "../../src/registry/index.ts";
import { checkHandCode } from "../../src/runtime/check-hand-code.ts";
import { loadProjectConfig } from "../../src/runtime/index.ts";
import { createSandbox } from "../../src/tools/index.ts";
import type { RunnerBench } from "../support/runner-bench.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { manifest, scriptHand } from "../support/simple-hands.ts";

const machine = createSandbox({ environment: { PATH: process.env["PATH"] }, hidden: [] }).check();

function tool(name: string, words: string, effect = "read"): string {
  return `import { defineTool } from "hands";
import { z } from "zod";
import { shout } from "./lib/shout.ts";

export default defineTool({
  name: "${name}",
  description: "Says something",
  effect: "${effect}",
  input: z.object({}),
  execute: () => shout("${words}"),
});
`;
}

async function writeTools(bench: RunnerBench, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(bench.dir, "tools", "lib"), { recursive: true });
  const shout = "export const shout = (words: string) => words.toUpperCase();\n";
  for (const [path, text] of Object.entries({ "lib/shout.ts": shout, ...files }))
    await writeFile(join(bench.dir, "tools", path), text);
}

const speaker = (name: string, tools: readonly string[] = ["speak"], more = "") =>
  scriptHand(name, 'return await hand.tool("speak", {});', { tools, more });

/** One whose tool asks, as nothing lists it as unattended. */
const asker = (name: string, called: string, args = "{}") => ({
  "HAND.toml": manifest(name, `[tools]\nrequired = ["${called}"]`),
  "hand.ts": `export default async (hand) => await hand.tool("${called}", ${args});\n`,
});

test("a hand uses the project's tools that it names, and no others", async () => {
  const bench = await openRunnerBench();
  await writeTools(bench, { "speak.ts": tool("speak", "hello"), "broken.ts": "export default 1;\n" });
  bench.writeHand("speaker", speaker("speaker"));
  bench.writeHand("mute", speaker("mute", []));
  expect(await bench.run("speaker")).toMatchObject({ outcome: "success", output: "HELLO" });
  const refused = await bench.run("mute");
  expect(refused).toMatchObject({ outcome: "failure", error_code: "tool_not_found" });
});

test("an edit of a project's tool is another version of the hands that use it; what waits ends with the code that it began with", async () => {
  const bench = await openRunnerBench();
  await writeTools(bench, { "speak.ts": tool("speak", "first", "destructive") });
  bench.writeHand("speaker", asker("speaker", "speak"));
  bench.writeHand("other", scriptHand("other", 'return "other";'));
  const other = await bench.run("other");
  const waiting = await bench.run("speaker");
  expect(waiting).toMatchObject({ status: "waiting", reason: "approval" });
  await writeTools(bench, { "speak.ts": tool("speak", "second", "destructive") });
  const later = await bench.run("speaker");
  expect(later.version_hash).not.toBe(waiting.version_hash);
  expect((await bench.run("other")).version_hash).toBe(other.version_hash);
  // Its version is kept whole: the folder may even be gone.
  await rm(join(bench.dir, "tools"), { recursive: true });
  await bench.decideNext("approve");
  await bench.decideNext("approve");
  const outputs = (await bench.executions("speaker")).map(({ output, outcome }) => [outcome, output]);
  expect(outputs.toSorted()).toEqual([
    ["success", "FIRST"],
    ["success", "SECOND"],
  ]);
});

test("a project's tool hides no other, and is called as its file", async () => {
  const bench = await openRunnerBench();
  await writeTools(bench, {
    "shell.ts": tool("shell", "hidden"),
    "speak.ts": tool("shout", "wrong"),
    "own.ts": tool("own", "project"),
  });
  bench.writeHand("hider", scriptHand("hider", 'return await hand.tool("shell", {});', { tools: ["shell"] }));
  expect((await bench.run("hider")).error).toContain("has a tool shell of its own or the project's");
  bench.writeHand("speaker", speaker("speaker"));
  expect((await bench.run("speaker")).error).toContain("a tool of the project is called as its file, speak");
  bench.writeHand("owner", {
    ...scriptHand("owner", 'return await hand.tool("own", {});', { tools: ["own"] }),
    "tools/own.ts": tool("own", "hand").replaceAll(/.*shout.ts.*\n/g, "const shout = String;\n"),
  });
  expect((await bench.run("owner")).error).toContain("the tool own is also defined in");
});

test.skipIf(!machine.isAvailable)("a project's tool runs in the sandbox that the hand demands", async () => {
  const bench = await openRunnerBench();
  const speak = tool("speak", "hello").replace('"hello"', 'process.env["HOME"] ?? ""');
  await writeTools(bench, { "speak.ts": speak });
  bench.writeHand("confined", speaker("confined", ["speak"], "[sandbox]\nenabled = true\n"));
  expect(await bench.run("confined")).toMatchObject({ outcome: "success", output: "/TMP" });
});

test("validate --code loads the project's tools that a hand names, and says which there are not", async () => {
  const bench = await openRunnerBench();
  await writeTools(bench, { "speak.ts": tool("speak", "hello") });
  const gate = '[approval_gates]\nsay = { description = "Say", tools = ["speak"] }\n';
  bench.writeHand("speaker", speaker("speaker", ["speak"], gate));
  bench.writeHand("deaf", asker("deaf", "listen"));
  const folders = await Promise.all(
    ["speaker", "deaf"].map((name) =>
      loadHandFolder(join(bench.dir, "hands", name), { projectToolsDir: join(bench.dir, "tools") }),
    ),
  );
  const found = await checkHandCode(folders, [], { secrets: {} }, bench.parts.sandbox);
  expect(found.map((diagnostics) => diagnostics.map(({ code }) => code))).toEqual([[], ["missing_tool"]]);
});

test("the registry loads a hand anew when a project's tool is edited or goes", async () => {
  const bench = await openRunnerBench();
  await writeTools(bench, { "speak.ts": tool("speak", "hello") });
  bench.writeHand("speaker", asker("speaker", "speak"));
  await using registry = new HandRegistry({
    handsDir: join(bench.dir, "hands"),
    projectToolsDir: join(bench.dir, "tools"),
    store: bench.store,
    clock: systemClock,
    tools: [],
  });
  const hands = await registry.loadAll();
  const first = hands.get("speaker");
  expect(first?.toolPaths).toEqual([join(bench.dir, "tools", "speak.ts")]);
  expect((await registry.loadAll()).get("speaker")).toBe(first);
  await writeTools(bench, { "speak.ts": tool("speak", "good morning") });
  expect((await registry.loadAll()).get("speaker")).not.toBe(first);
  await rm(join(bench.dir, "tools", "speak.ts"));
  await registry.loadAll();
  expect(registry.getProblems().get("speaker")).toMatchObject([{ code: "missing_tool", severity: "error" }]);
});

test("the folder is tools beside hands.toml, or what tools_dir names, which has to be there", async () => {
  const bench = await openRunnerBench();
  const load = async (text: string) => {
    await writeFile(join(bench.dir, "hands.toml"), text);
    return (await loadProjectConfig({ cwd: bench.dir, environment: {}, flags: {} })).config.toolsDir;
  };
  expect(await load("")).toBe(join(bench.dir, "tools"));
  expect(await load('tools_dir = "hands"\n')).toBe(join(bench.dir, "hands"));
  await expect(load('tools_dir = "toosl"\n')).rejects.toMatchObject({ code: "invalid_configuration" });
});

test("the example of docs/tools.md is a tool of a project that asks before it runs", async () => {
  const page = readFileSync(new URL("../../docs/tools.md", import.meta.url), "utf8");
  const [, example = ""] = /```ts tools\/open_ticket\.ts\n([\s\S]*?)```/.exec(page) ?? [];
  const bench = await openRunnerBench();
  await writeTools(bench, { "open_ticket.ts": example });
  bench.writeHand("helper", asker("helper", "open_ticket", '{ title: "Disk is full" }'));
  expect(await bench.run("helper")).toMatchObject({ status: "waiting", reason: "approval" });
  expect(await bench.approvals("pending")).toMatchObject([{ tool: "open_ticket" }]);
});
