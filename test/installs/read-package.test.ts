import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { describeSource, parseSource, readPackage } from "../../src/installs/index.ts";
import { exchangeAllTheTime } from "../support/exchange.ts";
import { createRecordingProgram } from "../support/recording-program.ts";
import { makeTarGz } from "./make-archive.ts";

const environment = { PATH: process.env["PATH"] };
const { signal } = new AbortController();

async function createFolder(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "hands-package-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
  return dir;
}

async function read(written: string, folder?: string, home = "/nonexistent") {
  const source = await parseSource(written, "/");
  const found = await readPackage(source, {
    environment: { ...environment, HOME: home },
    signal,
    ...(folder === undefined ? {} : { folder }),
  });
  return { ...found, paths: found.files.map(({ path }) => path) };
}

function git(dir: string, ...args: readonly string[]): string {
  const author = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always"];
  return execFileSync("git", ["-C", dir, ...author, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
}

async function createRepository(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await createFolder(files);
  git(dir, "init", "--quiet", "--initial-branch=main");
  git(dir, "add", "--all");
  git(dir, "commit", "--quiet", "--message=one");
  return dir;
}

test("a folder gives its files, without hidden ones and node_modules", async () => {
  const dir = await createFolder({
    "HAND.toml": "[hand]",
    "tools/a.ts": "x",
    ".env": "SECRET=1",
    "node_modules/x/index.js": "x",
  });
  expect((await read(dir)).paths).toEqual(["HAND.toml", "tools/a.ts"]);
});

test("a folder with a link in it is refused, wherever the link leads", async () => {
  for (const target of ["/etc/passwd", "HAND.toml", "/nowhere"]) {
    const dir = await createFolder({ "HAND.toml": "[hand]" });
    await symlink(target, join(dir, "link"));
    await expect(read(dir)).rejects.toMatchObject({ code: "path_outside" });
  }
});

test("a folder with a pipe in it is refused, and not waited for", async () => {
  const dir = await createFolder({ "HAND.toml": "[hand]" });
  execFileSync("mkfifo", [join(dir, "pipe")]);
  await expect(read(dir)).rejects.toMatchObject({ code: "path_outside" });
});

test("of an archive the one folder with a manifest is the hand; of several one has to be named", async () => {
  const one = { path: "oracle-1.0/HAND.toml", content: "[hand]" };
  const other = { path: "scout/HAND.toml", content: "[hand]" };
  const hidden = { path: "oracle-1.0/.hidden", content: "x" };
  const dir = await createFolder({
    "one.tar.gz": makeTarGz([one, hidden]),
    "two.tgz": makeTarGz([one, other]),
    "none.tgz": makeTarGz([{ path: "README.md", content: "x" }]),
  });
  expect(await read(join(dir, "one.tar.gz"))).toMatchObject({
    paths: ["HAND.toml"],
    leftOut: [".hidden"],
    folder: "oracle-1.0",
  });
  await expect(read(join(dir, "two.tgz"))).rejects.toMatchObject({
    message: expect.stringContaining("2 hands"),
  });
  expect((await read(join(dir, "two.tgz"), "./scout/")).folder).toBe("scout");
  await expect(read(join(dir, "two.tgz"), "../scout")).rejects.toMatchObject({ code: "invalid_argument" });
  await expect(read(join(dir, "none.tgz"))).rejects.toMatchObject({ code: "invalid_argument" });
});

test("a repository gives the files of its newest commit, or of a tag, and says which commit", async () => {
  const dir = await createRepository({ "hands/oracle/HAND.toml": "[hand]\n", "README.md": "x" });
  git(dir, "tag", "v1");
  const first = git(dir, "rev-parse", "HEAD");
  await writeFile(join(dir, "hands/oracle/SYSTEM.md"), "new");
  git(dir, "add", "--all");
  git(dir, "commit", "--quiet", "--message=two");
  const url = pathToFileURL(dir).href;
  expect((await read(url)).paths).toEqual(["HAND.toml", "SYSTEM.md"]);
  expect(await read(`${url}#v1`)).toMatchObject({ paths: ["HAND.toml"], commit: first });
  await expect(read(`${url}#gone`)).rejects.toMatchObject({ code: "tool_failed" });
});

test("a repository's links are refused, and neither its hooks, filters nor submodules run", async () => {
  const inner = await createRepository({ "inner.txt": "x" });
  const dir = await createRepository({ "HAND.toml": "[hand]\n", ".gitattributes": "* filter=evil\n" });
  const mark = join(dir, "ran");
  // Your own settings could name a program for what a repository's attributes ask for.
  const home = await createFolder({ ".gitconfig": `[filter "evil"]\n\tsmudge = touch ${mark}; cat\n` });
  for (const hook of ["post-checkout", "post-upload-pack", "reference-transaction"]) {
    await writeFile(join(dir, ".git/hooks", hook), `#!/bin/sh\ntouch ${mark}\n`);
    await chmod(join(dir, ".git/hooks", hook), 0o755);
  }
  git(dir, "submodule", "--quiet", "add", pathToFileURL(inner).href, "module");
  git(dir, "commit", "--quiet", "--message=two");
  await rm(mark, { force: true });
  expect((await read(pathToFileURL(dir).href, undefined, home)).paths).toEqual(["HAND.toml"]);
  expect(existsSync(mark)).toBe(false);
  await symlink("/etc/passwd", join(dir, "link"));
  git(dir, "add", "link");
  git(dir, "commit", "--quiet", "--message=three");
  await expect(read(pathToFileURL(dir).href)).rejects.toMatchObject({ code: "path_outside" });
});

test("git is started without a setting, hook, template, protocol or variable of this machine", async () => {
  const dir = await createRepository({ "HAND.toml": "[hand]\n" });
  const { searchPath, readRuns } = createRecordingProgram("git");
  const source = await parseSource(pathToFileURL(dir).href, "/");
  const hostile = { HOME: dir, GIT_DIR: "/x", GIT_CONFIG_COUNT: "1", GIT_TEMPLATE_DIR: dir, API_KEY: "hush" };
  await readPackage(source, { environment: { ...hostile, PATH: searchPath }, signal });
  const runs = readRuns();
  const clone = runs.find(({ argv }) => argv.includes("clone"))?.argv ?? [];
  expect(clone).toEqual(expect.arrayContaining(["--bare", "--template=", "--no-recurse-submodules"]));
  expect(clone.slice(-3, -1)).toEqual(["--", pathToFileURL(dir).href]);
  expect(runs.length).toBeGreaterThan(2);
  for (const { argv, environment: given } of runs) {
    const settings = argv.filter((_, index) => argv[index - 1] === "-c");
    expect(settings).toEqual(
      expect.arrayContaining([
        "core.hooksPath=/dev/null",
        "core.fsmonitor=false",
        "core.attributesFile=/dev/null",
        "credential.helper=",
        "protocol.allow=never",
        "http.followRedirects=false",
      ]),
    );
    if (given["GIT_DIR"] !== undefined) expect(given["GIT_DIR"], "git's own child").not.toBe("/x");
    expect(given).toMatchObject({
      HOME: expect.stringContaining("hands-install-"),
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_ALLOW_PROTOCOL: "https:ssh:file",
    });
    for (const name of ["API_KEY", "GIT_CONFIG_COUNT", "GIT_TEMPLATE_DIR"])
      expect(given).not.toHaveProperty(name);
  }
});

test("a folder in which a file is exchanged for a link all the time gives the file, or nothing", async () => {
  const dir = await createFolder({ "HAND.toml": "[hand]", "notes.md": "harmless" });
  const elsewhere = await createFolder({ "secret.txt": "secret" });
  await symlink(join(elsewhere, "secret.txt"), join(elsewhere, "trap"));
  const exchanging = exchangeAllTheTime(join(dir, "notes.md"), join(elsewhere, "trap"));
  const seen = new Set<string>();
  for (let round = 0; round < 400; round += 1) {
    const { files } = await read(dir).catch(() => ({ files: [] }));
    for (const { content } of files) seen.add(content.toString());
  }
  await exchanging.stop();
  expect(seen).not.toContain("secret");
});

test.each([
  "http://example.com/x.git",
  "git://example.com/x.git",
  "ext::sh -c touch% /tmp/x",
  "ext://sh",
  "--upload-pack=touch://x",
  "https://example.com/x.git#--upload-pack=x",
  "https://example.com/x.git#a..b",
  "file:///x y",
])("the address %j is not fetched from", async (written) => {
  await expect(parseSource(written, "/")).rejects.toMatchObject({ code: "invalid_argument" });
});

test("a password in an address is neither kept nor shown", async () => {
  const source = await parseSource("https://ann:hunter2@example.com/x.git#v1", "/");
  expect(describeSource(source)).toBe("https://example.com/x.git#v1");
  await expect(parseSource("http://ann:hunter2@example.com/x.git", "/")).rejects.not.toMatchObject({
    message: expect.stringContaining("hunter2"),
  });
});
