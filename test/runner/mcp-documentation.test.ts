import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseManifest } from "../../src/manifest/index.ts";
import { readProjectFile } from "../../src/runtime/read-project-file.ts";
import { readResult } from "../../src/tools/mcp/read-result.ts";
import { openRunnerBench } from "../support/runner-bench.ts";
import { referenceServer } from "./mcp-bench.ts";

const page = readFileSync("docs/mcp.md", "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    (match) => match[1] ?? "",
  );
const manifests = blocks("toml").filter((text) => text.startsWith("# HAND.toml"));
const projects = blocks("toml").filter((text) => text.startsWith("# hands.toml"));

test("every example of the page parses without a word", () => {
  expect([manifests.length, projects.length, blocks("toml").length]).toEqual([2, 1, 3]);
  for (const text of manifests) expect(parseManifest(text, { path: "HAND.toml" }).diagnostics).toEqual([]);
  for (const text of projects) expect(readProjectFile(text, "hands.toml").diagnostics).toEqual([]);
});

test("the hand with a server of its own runs, with the server that is installed here", async () => {
  const [text = ""] = manifests;
  const written = '["npx", "-y", "@modelcontextprotocol/server-filesystem", "{workspace}"]';
  expect(text).toContain(written);
  const bench = await openRunnerBench();
  const body = `await hand.tool("files.list_directory", { path: "." });
    return await hand.tool("files.write_file", { path: "a.txt", content: "x" });`;
  bench.writeHand("librarian", {
    "HAND.toml": text.replace(written, referenceServer("filesystem", "{workspace}")),
    "hand.ts": `export default async (hand) => {${body}}\n`,
  });
  expect(await bench.run("librarian")).toMatchObject({ status: "waiting", reason: "approval" });
  expect(await bench.approvals("pending")).toMatchObject([
    { tool: "files.write_file", gates_json: '["writing"]' },
  ]);
});

test("a call gives what the page shows", () => {
  const [shown = ""] = blocks("json");
  const data = Buffer.alloc(4033).toString("base64");
  const content = [
    { type: "text" as const, text: "the server's texts" },
    { type: "image" as const, mimeType: "image/png", data },
  ];
  expect(readResult({ content, structuredContent: { temperature: 33 } })).toEqual(JSON.parse(shown));
});
