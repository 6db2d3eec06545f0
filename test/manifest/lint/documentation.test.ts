import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Diagnostic } from "../../../src/manifest/index.ts";
import { checkGateCoverage, fixManifest, lintHand, loadHandFolder } from "../../../src/manifest/index.ts";
import { LINT_RULES } from "../../../src/manifest/lint/rules.ts";
import { readBuiltinCatalog } from "../../../src/runtime/index.ts";

const docs = fileURLToPath(new URL("../../../docs", import.meta.url));
const reference = await readFile(join(docs, "lint.md"), "utf8");
const tools = readBuiltinCatalog();

/** What a rule's section shows: the manifest, and one more file. */
const sections = reference
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const [, code = ""] = /^`(\w+)`/.exec(section) ?? [];
    const [, manifest = ""] = /```toml\n([\s\S]*?)```/.exec(section) ?? [];
    const [, words = ""] = /```markdown\n([\s\S]*?)```/.exec(section) ?? [];
    const [, path = "SYSTEM.md"] = /^<!-- (\S+) -->/.exec(words) ?? [];
    return { code, manifest, words: words.replace(/^<!--.*-->\n/, ""), path };
  });

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hands-lint-"));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Everything that `validate --strict` says of a folder. */
async function look(dir: string): Promise<readonly Diagnostic[]> {
  const folder = await loadHandFolder(dir);
  const { hand } = folder;
  if (hand === undefined) return folder.diagnostics;
  const isComplete = hand.toolPaths.length === 0 && Object.keys(hand.mcp).length === 0;
  const coverage = folder.locate(checkGateCoverage(hand, { tools, isComplete }));
  return [...folder.diagnostics, ...coverage, ...(await lintHand(folder, tools))];
}

async function write(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name, path)), { recursive: true });
    await writeFile(join(root, name, path), text);
  }
  return join(root, name);
}

describe("docs/lint.md", () => {
  test("has a section for every rule of the closer look, and more", () => {
    const codes = sections.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(LINT_RULES.map(({ code }) => code)));
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBeGreaterThanOrEqual(17);
  });

  test.each(sections.map((section) => [section.code, section] as const))(
    "shows for %s an example that breaks this rule, at a line, and no other",
    async (code, { manifest, words, path }) => {
      const prompt = path === "SYSTEM.md" && words !== "" ? words : "Do what the description says.\n";
      const dir = await write(`rule-${code}`, {
        "HAND.toml": manifest,
        "SYSTEM.md": prompt,
        ...(words === "" ? {} : { [path]: words }),
      });
      const found = await look(dir);
      expect([...new Set(found.map((diagnostic) => diagnostic.code))]).toEqual([code]);
      for (const { line, hint } of found) {
        expect(line).toBeGreaterThan(0);
        expect(code === "unreadable_skill" || hint !== null).toBe(true);
      }
    },
  );
});

describe("a closer look", () => {
  test("finds nothing in the examples and in the manifests of the reference", async () => {
    const examples = fileURLToPath(new URL("../../../examples/hands", import.meta.url));
    const names = await readdir(examples);
    expect(names.length).toBeGreaterThanOrEqual(3);
    for (const name of names) {
      const found = (await look(join(examples, name))).filter(({ code }) => code !== "unchecked");
      expect(
        found.map(({ code, message }) => `${code}: ${message}`),
        name,
      ).toEqual([]);
    }
    for (const page of [
      "getting-started.md",
      "manifest.md",
      "writing-a-hand.md",
      "gates.md",
      "schedules.md",
      "tools.md",
    ]) {
      const text = await readFile(join(docs, page), "utf8");
      const blocks = [...text.matchAll(/```toml\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
      for (const [index, block] of blocks.filter((written) => /^\[hand\]/m.test(written)).entries()) {
        const folder = await loadHandFolder(await write(`${page}-${index}`, { "HAND.toml": block }));
        const codes = (await lintHand(folder, tools)).map(({ code }) => code);
        // A manifest of the documents may show a tool without the gate that the next page is about.
        expect(
          codes.filter((code) => code !== "effect_without_gate" && code !== "unreachable_gate"),
          block,
        ).toEqual([]);
      }
    }
  });

  test.each([
    ["You need not ask before you read a file.", []],
    ["Ask the reader's question before you answer it.", ["gate_only_in_prompt"]],
    ["Every morning people read this; write for them.", []],
    ["> Never publish without asking.", []],
    ["```\nNever publish without asking.\n```", []],
    ["Do not send mail without permission.", ["gate_only_in_prompt"]],
    ["Sending a letter requires approval by a human.", ["gate_only_in_prompt"]],
    ["Runs daily at seven.", []],
    ["Run daily at seven.", ["schedule_only_in_prompt"]],
    ["Wake up every 15 minutes and look.", ["schedule_only_in_prompt"]],
  ])("of the words %j says %j", async (words, codes) => {
    const dir = await write("words", { "HAND.toml": "[hand]\n", "SYSTEM.md": `${words}\n` });
    expect((await look(dir)).map(({ code }) => code)).toEqual(codes);
  });

  test("is content with a gate that names the act, and with a schedule", async () => {
    const dir = await write("gated", {
      "HAND.toml":
        '[hand]\nschedule = "@daily"\n[approval_gates]\nbroadcast = { description = "Publishing the page" }\n',
      "SYSTEM.md": "Run every morning.\nNever publish without asking.\n",
    });
    expect(await look(dir)).toEqual([]);
  });

  test("quotes the words of an OpenFang prompt at their own line, and never a secret", async () => {
    const dir = await write("fang", {
      "HAND.toml":
        'id = "fang"\ndescription = "x"\ntools = []\n[agent]\nsystem_prompt = """\nBe quick.\nNever spend money without asking.\nUse ghp_abcdefghijklmnopqrstuvwxyz0123456789 to log in.\n"""\n',
    });
    const found = await look(dir);
    expect(found.map(({ code, line }) => [code, line])).toEqual([
      ["gate_only_in_prompt", 7],
      ["secret_in_file", 8],
    ]);
    expect(found[0]?.message).toContain('"Never spend money without asking."');
    expect(found.map(({ message, hint }) => `${message}${hint}`).join()).not.toContain("ghp_");
  });
});

describe("--fix", () => {
  test("removes what means nothing, keeps comments and layout, and a second time changes nothing", async () => {
    const text =
      '# mine\n[hand]\n[tools]\nrequired = [ "a",  "b", "a" ] # twice\noptional = [\n  "b",\n  "c", # kept\n]\n';
    const { text: fixed, changes } = await fixManifest(text, "x");
    expect(fixed).toBe(
      '# mine\n[hand]\n[tools]\nrequired = [ "a",  "b" ] # twice\noptional = [\n  "c", # kept\n]\n',
    );
    expect(changes).toHaveLength(2);
    expect(await fixManifest(fixed, "x")).toEqual({ text: fixed, changes: [] });
  });

  test("leaves alone what would change the meaning, or a comment", async () => {
    for (const text of [
      '[hand]\n[triggers]\nevents = ["execution.succeeded:x"]\n',
      '[hand]\n[tools]\nrequired = [\n  "a", # one\n  "a", # two\n]\n',
      "no toml",
    ])
      expect((await fixManifest(text, "x")).text).toBe(text);
  });
});
