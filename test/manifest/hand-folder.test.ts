import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { discoverHandFolders, loadHandFolder, readHandFingerprint } from "../../src/manifest/index.ts";
import { TWENTY_BROKEN_MANIFESTS } from "./broken-manifests.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hands-manifest-"));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function write(path: string, text = "x"): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

async function readFingerprint(name: string) {
  return await readHandFingerprint({ handDir: join(root, name), projectToolsDir: null });
}

async function load(name = "oracle") {
  return await loadHandFolder(join(root, name));
}

describe("a hand's folder", () => {
  test("gives the manifest with prompt, script, skills and tools in a stable order", async () => {
    await write("oracle/HAND.toml", "[hand]\n");
    await write("oracle/SYSTEM.md");
    await write("oracle/hand.ts");
    await write("oracle/skills/b.md");
    await write("oracle/skills/B.md");
    await write("oracle/skills/a.md");
    await write("oracle/skills/notes.txt");
    await write("oracle/skills/pdf/SKILL.md", "---\nname: pdf\ndescription: Reads PDF files\n---\nbody\n");
    await write("oracle/skills/pdf/references/long.md");
    await write("oracle/tools/two.ts");
    await write("oracle/tools/one.ts");
    await write("oracle/tools/one.test.ts");
    await write("oracle/tools/lib/three.ts");
    const { hand, diagnostics, name, dir } = await load();
    expect(diagnostics).toEqual([]);
    expect({ name, dir }).toEqual({ name: "oracle", dir: join(root, "oracle") });
    expect(hand).toMatchObject({
      handDir: dir,
      systemPromptPath: join(dir, "SYSTEM.md"),
      scriptPath: join(dir, "hand.ts"),
      skills: [
        { name: "B", path: "skills/B.md", kind: "file", description: null },
        { name: "a", path: "skills/a.md", kind: "file", description: null },
        { name: "b", path: "skills/b.md", kind: "file", description: null },
        { name: "pdf", path: "skills/pdf/SKILL.md", kind: "package", description: "Reads PDF files" },
      ],
      toolPaths: [join(dir, "tools/one.ts"), join(dir, "tools/two.ts")],
    });
    expect(hand?.skillPaths).toEqual(hand?.skills.map(({ path }) => join(dir, path)));
  });

  test("without SYSTEM.md and hand.ts loads with a warning; with either there is none", async () => {
    await write("oracle/HAND.toml", "[hand]\n");
    const bare = await load();
    expect(bare.hand?.scriptPath).toBeNull();
    expect(bare.diagnostics).toMatchObject([{ code: "no_system_prompt", severity: "warning" }]);
    await write("oracle/hand.ts");
    expect((await load()).diagnostics).toEqual([]);
  });

  test("warns of a skill under another name, and leaves out one without description or with broken YAML, naming its file", async () => {
    await write("oracle/HAND.toml", "[hand]\n");
    await write("oracle/SYSTEM.md");
    await write("oracle/skills/a/SKILL.md", "---\nname: b\ndescription: >\n  Long\n  text\n---\n");
    await write("oracle/skills/b/SKILL.md", "---\nname: b\n---\n");
    await write("oracle/skills/c/SKILL.md", "---\nname: c\ndescription: use: when asked: often\n---\n");
    await write("oracle/skills/d/SKILL.md", "# no head\n");
    const { hand, diagnostics } = await load();
    expect(hand?.skills).toEqual([
      { name: "a", description: "Long text", path: "skills/a/SKILL.md", kind: "package" },
    ]);
    expect(diagnostics.map(({ file, line, severity }) => [file, line, severity])).toEqual([
      [join(root, "oracle/skills/a/SKILL.md"), 1, "warning"],
      [join(root, "oracle/skills/b/SKILL.md"), 1, "warning"],
      [join(root, "oracle/skills/c/SKILL.md"), 3, "warning"],
      [join(root, "oracle/skills/d/SKILL.md"), 1, "warning"],
    ]);
    expect(diagnostics[1]?.message).toBe("The skill has no description; it is left out");
  });

  test("refuses a manifest, a prompt and a skill that are links out of the folder, and follows links inside it", async () => {
    const secret = await write("secret.md", "[hand]\n");
    await write("inside/HAND.toml", "[hand]\n");
    await write("inside/prompts/main.md");
    await symlink("prompts/main.md", join(root, "inside/SYSTEM.md"));
    expect((await load("inside")).hand?.systemPromptPath).toBe(join(root, "inside/SYSTEM.md"));

    await mkdir(join(root, "outside"));
    await symlink(secret, join(root, "outside/HAND.toml"));
    expect(await load("outside")).toMatchObject({ text: "", diagnostics: [{ code: "symlink_outside" }] });

    await write("skills/HAND.toml", "[hand]\n");
    await write("skills/hand.ts");
    await mkdir(join(root, "skills/skills"));
    await symlink(secret, join(root, "skills/skills/stolen.md"));
    const { hand, diagnostics } = await load("skills");
    expect(hand).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { code: "symlink_outside", file: join(root, "skills/skills/stolen.md") },
    ]);
  });

  test("takes the schema of its output from a JSON file of the folder, and from nowhere else", async () => {
    const schema = { type: "object", properties: { n: { type: "number" } }, required: ["n"] };
    const outside = await write("outside.json", JSON.stringify(schema));
    await write("oracle/SYSTEM.md");
    await write("oracle/answers/schema.json", JSON.stringify(schema));
    await write("oracle/.hidden.json", JSON.stringify(schema));
    await write("oracle/broken.json", "{");
    await write("oracle/list.json", "[]");
    await write("oracle/unusable.json", '{"type": "nothing there is"}');
    await symlink(outside, join(root, "oracle/link.json"));
    const loadWith = async (path: string) => {
      await write(
        "oracle/HAND.toml",
        `[hand]\n[output]\nformat = "json"\nschema = ${JSON.stringify(path)}\n`,
      );
      return await load();
    };
    for (const path of ["answers/schema.json", "./answers//schema.json"]) {
      const { hand, diagnostics } = await loadWith(path);
      expect(diagnostics).toEqual([]);
      expect(hand?.output).toMatchObject({ schema, schemaPath: path });
    }
    const refused = [
      "../outside.json",
      outside,
      "answers/../../outside.json",
      "link.json",
      ".hidden.json",
      "answers",
      "none.json",
      "broken.json",
      "list.json",
      "unusable.json",
    ];
    for (const path of refused) {
      const { hand, diagnostics } = await loadWith(path);
      expect(hand, path).toBeUndefined();
      expect(diagnostics, path).toMatchObject([{ severity: "error", line: 4 }]);
    }
  });

  test("takes a folder that is itself a link, as one is while a hand is developed elsewhere", async () => {
    await write("elsewhere/HAND.toml", "[hand]\n");
    await write("elsewhere/SYSTEM.md");
    await symlink(join(root, "elsewhere"), join(root, "linked"));
    expect(await load("linked")).toMatchObject({ name: "linked", diagnostics: [] });
  });

  test.each([
    ["is not there", "missing_manifest", async () => await mkdir(join(root, "oracle"))],
    [
      "is a folder",
      "unreadable",
      async () => await mkdir(join(root, "oracle/HAND.toml"), { recursive: true }),
    ],
    [
      "is a link that leads nowhere",
      "unreadable",
      async () => {
        await mkdir(join(root, "oracle"));
        await symlink("nowhere.toml", join(root, "oracle/HAND.toml"));
      },
    ],
    [
      "is larger than a manifest can be",
      "too_large",
      async () => await write("oracle/HAND.toml", `[hand]\n#${"x".repeat(1_100_000)}`),
    ],
    [
      "is not UTF-8",
      "not_utf8",
      async () =>
        await writeFile(await write("oracle/HAND.toml"), Buffer.from([0x5b, 0x68, 0xff, 0xfe, 0x5d])),
    ],
  ])("whose HAND.toml %s is broken by one diagnostic", async (_, code, arrange) => {
    await arrange();
    const { hand, name, diagnostics } = await load();
    expect(hand).toBeUndefined();
    expect(name).toBe("oracle");
    expect(diagnostics).toMatchObject([{ severity: "error", code, file: join(root, "oracle/HAND.toml") }]);
  });

  test("that is not there is broken, and throws nothing", async () => {
    expect(await load("nowhere")).toMatchObject({ name: "nowhere", diagnostics: [{ code: "unreadable" }] });
  });

  test.each(TWENTY_BROKEN_MANIFESTS)(
    "with $mistake keeps its name and shows it at the place in the file",
    async ({ text, code, line }) => {
      await write("oracle/HAND.toml", text);
      await write("oracle/SYSTEM.md");
      const { hand, name, diagnostics } = await load();
      expect(hand).toBeUndefined();
      expect(name).toBe("oracle");
      expect(diagnostics).toMatchObject([{ code, line, file: join(root, "oracle/HAND.toml") }]);
    },
  );
});

describe("a fingerprint", () => {
  test("is that of the load, and stays while nothing changes", async () => {
    await write("oracle/HAND.toml", "[hand]\n");
    const { fingerprint } = await load();
    await write("oracle/.hidden");
    await write("oracle/skills/.hidden");
    await write("oracle/node_modules/left-pad/index.js");
    expect(await readFingerprint("oracle")).toBe(fingerprint);
  });

  const edits: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["the manifest is edited", () => write("oracle/HAND.toml", "[hand]\nversion = '2'\n")],
    ["a prompt is added", () => write("oracle/SYSTEM.md")],
    ["a file deep in a skill is edited", () => write("oracle/skills/pdf/references/long.md", "changed")],
    ["a module beside the script is added", () => write("oracle/part.ts")],
    ["a tool's module is edited", () => write("oracle/tools/lib/three.ts", "changed")],
    ["a skill is renamed", () => rename(join(root, "oracle/skills/a.md"), join(root, "oracle/skills/b.md"))],
    ["a skill is removed", () => rm(join(root, "oracle/skills/a.md"))],
    [
      "a file is replaced by one of the same size and time",
      () => replaceKeepingTime(join(root, "oracle/skills/a.md")),
    ],
  ];
  test.each(edits)("changes when %s", async (_, edit) => {
    await write("oracle/HAND.toml", "[hand]\n");
    await write("oracle/skills/a.md");
    await write("oracle/skills/pdf/references/long.md");
    await write("oracle/tools/lib/three.ts");
    const before = await readFingerprint("oracle");
    await edit();
    expect(await readFingerprint("oracle")).not.toBe(before);
  });

  test("exists for a folder that does not", async () => {
    expect(await readFingerprint("nowhere")).toBe("unreadable");
  });
});

async function replaceKeepingTime(file: string): Promise<void> {
  const time = new Date(1_700_000_000_000);
  await utimes(file, time, time);
  await writeFile(`${file}.new`, "y");
  await utimes(`${file}.new`, time, time);
  await rename(`${file}.new`, file);
}

describe("the hands folder", () => {
  test("gives its direct subfolders with a HAND.toml, sorted, and passes over everything else", async () => {
    await write("zebra/HAND.toml");
    await write("alpha/HAND.toml");
    await write("group/nested/HAND.toml");
    await write("no-hand/README.md");
    await write(".hidden/HAND.toml");
    await write("node_modules/HAND.toml");
    await write("HAND.toml");
    await symlink(join(root, "alpha"), join(root, "linked"));
    await symlink(join(root, "nowhere"), join(root, "dangling"));
    await mkdir(join(root, "broken"));
    await symlink("nowhere.toml", join(root, "broken/HAND.toml"));
    expect(await discoverHandFolders(root)).toEqual({
      folders: ["alpha", "broken", "linked", "zebra"].map((name) => join(root, name)),
      isMissing: false,
    });
  });

  test("that is missing is told apart from an empty one", async () => {
    expect(await discoverHandFolders(root)).toEqual({ folders: [], isMissing: false });
    expect(await discoverHandFolders(join(root, "nowhere"))).toEqual({ folders: [], isMissing: true });
  });

  test("that is a file is an error that names it", async () => {
    const file = await write("file");
    await expect(discoverHandFolders(file)).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining(file),
    });
  });

  test("lists a folder that cannot be looked into, so that it is shown broken", async () => {
    await symlink("loop", join(root, "loop"));
    expect((await discoverHandFolders(root)).folders).toEqual([join(root, "loop")]);
    expect(await load("loop")).toMatchObject({ name: "loop", diagnostics: [{ code: "unreadable" }] });
  });
});
