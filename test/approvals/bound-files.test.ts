import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collectNamedFiles, hashBoundFiles } from "../../src/approvals/index.ts";
import { sha256 } from "../../src/core/index.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "hands-bound-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string) => path.join(root, name);
const hash = (...names: string[]) => hashBoundFiles(names, { root });
const hashOf = async (name: string) => (await hash(name))[0]?.sha256;

describe("a bound file", () => {
  test("is bound by its content, under its absolute path, each once and in order", async () => {
    writeFileSync(at("b"), "two");
    writeFileSync(at("a"), "one");
    expect(await hash("b", "a", "./a", at("b"))).toEqual([
      { path: at("a"), sha256: sha256("one") },
      { path: at("b"), sha256: sha256("two") },
    ]);
  });

  test("that is missing is bound as missing", async () => {
    expect(await hash("none", "none/below")).toEqual([
      { path: at("none"), sha256: null },
      { path: at("none/below"), sha256: null },
    ]);
  });

  test("changes with its content, but not with its times", async () => {
    writeFileSync(at("a"), "one");
    const before = await hashOf("a");
    utimesSync(at("a"), 1, 1);
    expect(await hashOf("a")).toBe(before);
    writeFileSync(at("a"), "eno");
    expect(await hashOf("a")).not.toBe(before);
  });

  test("is what a link leads to", async () => {
    writeFileSync(at("a"), "one");
    writeFileSync(at("b"), "two");
    symlinkSync(at("a"), at("link"));
    expect(await hashOf("link")).toBe(sha256("one"));
    rmSync(at("link"));
    symlinkSync(at("b"), at("link"));
    expect(await hashOf("link")).toBe(sha256("two"));
    rmSync(at("b"));
    expect(await hashOf("link")).toBeNull();
  });

  test("may be a folder, with everything in it", async () => {
    mkdirSync(at("dir/sub"), { recursive: true });
    writeFileSync(at("dir/sub/a"), "one");
    const before = await hashOf("dir");
    expect(before).toMatch(/^tree:[0-9a-f]{64}$/);
    expect(await hashOf("dir")).toBe(before);
    const changes: (() => void)[] = [
      () => appendFileSync(at("dir/sub/a"), "!"),
      () => writeFileSync(at("dir/new"), ""),
      () => renameSync(at("dir/new"), at("dir/other")),
      () => mkdirSync(at("dir/empty")),
    ];
    const seen = new Set([before]);
    for (const change of changes) {
      change();
      seen.add(await hashOf("dir"));
    }
    expect(seen.size).toBe(changes.length + 1);
  });

  test("that is too large to read is bound by what every write changes", async () => {
    writeFileSync(at("large"), "");
    truncateSync(at("large"), 64 * 1024 * 1024 + 1);
    const before = await hashOf("large");
    expect(before).toMatch(/^stat:[0-9a-f]{64}$/);
    expect(await hashOf("large")).toBe(before);
    await new Promise((resolve) => setTimeout(resolve, 20));
    truncateSync(at("large"), 64 * 1024 * 1024 + 1);
    appendFileSync(at("large"), "");
    utimesSync(at("large"), 1, 1);
    expect(await hashOf("large")).not.toBe(before);
  });

  test.skipIf(process.getuid?.() === 0)(
    "that may not be read is bound by what every write changes",
    async () => {
      writeFileSync(at("secret"), "one");
      chmodSync(at("secret"), 0);
      expect(await hashOf("secret")).toMatch(/^stat:/);
    },
  );

  test("that is neither file nor folder is bound as itself", async () => {
    expect((await hash("/dev/null"))[0]?.sha256).toMatch(/^stat:/);
  });

  test("in a folder of too many files is refused", async () => {
    mkdirSync(at("many"));
    for (let index = 0; index <= 10_000; index += 1) writeFileSync(at(`many/${index}`), "");
    await expect(hash("many")).rejects.toMatchObject({ code: "tool_arguments" });
  });
});

describe("the files that arguments name", () => {
  const collect = async (args: Parameters<typeof collectNamedFiles>[0]) =>
    (await collectNamedFiles(args, root)).map((file) => path.relative(root, file));

  beforeEach(() => {
    mkdirSync(at("dir"));
    writeFileSync(at("deploy.sh"), "");
    writeFileSync(at("dir/data.csv"), "");
    writeFileSync(at("with space.txt"), "");
  });

  test.each([
    ["a text", { file: "deploy.sh" }, ["deploy.sh"]],
    ["an absolute path", { file: "ABSOLUTE" }, ["deploy.sh"]],
    ["deep inside", { a: [{ b: ["dir/data.csv"] }] }, ["dir/data.csv"]],
    ["a path that goes around", { file: "dir/../deploy.sh" }, ["deploy.sh"]],
    ["a name with a space", { file: "with space.txt" }, ["with space.txt"]],
    [
      "a word of a command",
      { command: "sh ./deploy.sh --data=dir/data.csv && echo 'done'" },
      ["deploy.sh", "dir/data.csv"],
    ],
    ["what curl sends", { command: "curl -d @dir/data.csv https://example.com" }, ["dir/data.csv"]],
    ["the name of a member", { "deploy.sh": true }, ["deploy.sh"]],
    ["each once", ["deploy.sh", "./deploy.sh"], ["deploy.sh"]],
    ["no folder, no missing file, nothing outside", ["dir", "none", "../x", "/etc/hostname", ".", ""], []],
    ["no word of a longer text", { body: "line\ndeploy.sh" }, []],
    ["nothing with a null in it", { file: "deploy.sh\0" }, []],
    ["numbers and null", { a: 1, b: null, c: true }, []],
  ])("%s", async (_name, args, expected) => {
    const placed = JSON.parse(JSON.stringify(args).replace("ABSOLUTE", at("deploy.sh")));
    expect(await collect(placed)).toEqual(expected);
  });

  test("a link is named as what it is, wherever it leads", async () => {
    const outside = mkdtempSync(path.join(tmpdir(), "hands-outside-"));
    writeFileSync(path.join(outside, "script"), "one");
    symlinkSync(path.join(outside, "script"), at("link"));
    const named = await collectNamedFiles(["link"], root);
    expect(named).toEqual([at("link")]);
    const before = await hashBoundFiles(named, { root });
    writeFileSync(path.join(outside, "script"), "two");
    expect(await hashBoundFiles(named, { root })).not.toEqual(before);
    rmSync(outside, { recursive: true });
  });
});
