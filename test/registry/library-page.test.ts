import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createTestProject } from "./hands-folder.ts";

const page = readFileSync(new URL("../../docs/library.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
const library = new URL("../../src/index.ts", import.meta.url).href;

/** Runs a block of the page in a project that has the hand it speaks of. */
async function run(block: string): Promise<string> {
  const project = createTestProject();
  project.writeHand("scout", 'schedule = "0 7 * * *"');
  const file = project.path("example.ts");
  writeFileSync(file, block.replaceAll('from "hands"', `from ${JSON.stringify(library)}`));
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: project.path() });
  return stdout;
}

test("the examples of docs/library.md are found", () => expect(blocks).toHaveLength(2));

test("the runtime's example runs", async () => {
  const output = await run(blocks[0] ?? "");
  expect(output).toContain("hand:scout");
});

test("the registry's example prints what it says", async () => {
  const block = blocks[1] ?? "";
  const said = [...block.matchAll(/console\.log\(.*; \/\/ (.*)$/gm)].map(([, text = ""]) => text);
  const printed = (await run(block)).trim().split("\n");
  expect(said.length).toBe(printed.length);
  for (const [index, text] of said.entries()) expect(printed[index]).toContain(text.replace(/ ?…$/, ""));
});
