import { existsSync } from "node:fs";
import { chmod, link, mkdir, readdir, readFile, realpath, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { exchangeAllTheTime } from "../support/exchange.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { builtinTool } from "./builtin-tool.ts";

const read = builtinTool("file_read");
const write = builtinTool("file_write");
const list = builtinTool("file_list");

describe("file_write", () => {
  test("makes folders, replaces what was there, and leaves nothing else behind", async () => {
    await using context = await createTestToolContext();
    expect(await write.call({ path: "a/b/c.txt", content: "first, and longer" }, context)).toEqual({
      path: "a/b/c.txt",
      byteLength: 17,
    });
    await write.call({ path: "a/b/c.txt", content: "second" }, context);
    expect(await readFile(join(context.workspace, "a/b/c.txt"), "utf8")).toBe("second");
    expect(await readdir(join(context.workspace, "a/b"))).toEqual(["c.txt"]);
  });

  test("keeps the permissions of the file it replaces, and the workspace to its owner", async () => {
    await using context = await createTestToolContext();
    await write.call({ path: "run.sh", content: "#!/bin/sh\n" }, context);
    await chmod(join(context.workspace, "run.sh"), 0o750);
    await write.call({ path: "run.sh", content: "#!/bin/sh\nexit 1\n" }, context);
    expect((await stat(join(context.workspace, "run.sh"))).mode & 0o777).toBe(0o750);
    expect((await stat(context.workspace)).mode & 0o777).toBe(0o700);
  });

  test("does not write through a hard link into another file", async () => {
    await using context = await createTestToolContext();
    await mkdir(context.workspace);
    const outside = join(dirname(context.workspace), "outside.txt");
    await writeFile(outside, "untouched");
    await link(outside, join(context.workspace, "in.txt"));
    await write.call({ path: "in.txt", content: "new" }, context);
    expect(await readFile(outside, "utf8")).toBe("untouched");
  });

  test("writes bytes that are given as base64", async () => {
    await using context = await createTestToolContext();
    await write.call(
      { path: "bytes", content: Buffer.from([0, 255, 7]).toString("base64"), encoding: "base64" },
      context,
    );
    expect([...(await readFile(join(context.workspace, "bytes")))]).toEqual([0, 255, 7]);
  });

  test("is a write that may be repeated and stays in the workspace, and cannot append", async () => {
    expect(write.tool.descriptor).toMatchObject({
      effect: "write",
      isIdempotent: true,
      confinedTo: "workspace",
    });
    expect(await write.tool.parse({ path: "a", content: "b", append: true })).toMatchObject({ ok: false });
    expect(await write.tool.parse({ path: "a", content: "ä".repeat(2_500_001) })).toMatchObject({
      ok: false,
    });
  });

  test("refuses a folder, and a path below a file", async () => {
    await using context = await createTestToolContext();
    await write.call({ path: "folder/file", content: "" }, context);
    await expect(write.call({ path: "folder", content: "" }, context)).rejects.toMatchObject({
      code: "tool_failed",
      message: '"folder" is a folder, not a file',
    });
    await expect(write.call({ path: "folder/file/x", content: "" }, context)).rejects.toMatchObject({
      message: '"folder/file/x" is below something that is not a folder',
    });
    await expect(write.call({ path: ".", content: "" }, context)).rejects.toMatchObject({
      code: "tool_failed",
    });
    expect(await readdir(context.workspace)).toEqual(["folder"]);
  });
});

describe("file_read", () => {
  test("gives a long text in pieces that never cut a character", async () => {
    await using context = await createTestToolContext();
    const text = "aä€😀".repeat(20);
    await write.call({ path: "long.txt", content: text }, context);
    let offset: number | null = 0;
    let together = "";
    let pieces = 0;
    while (offset !== null) {
      const piece = await read.call({ path: "long.txt", offset, maxBytes: 7 }, context);
      expect(piece.byteLength).toBe(200);
      together += piece.content;
      offset = piece.nextOffset;
      pieces += 1;
    }
    expect(together).toBe(text);
    expect(pieces).toBeGreaterThan(28);
  });

  test("says that bytes are not text, and gives them as base64", async () => {
    await using context = await createTestToolContext();
    await mkdir(context.workspace);
    await writeFile(join(context.workspace, "image"), Buffer.from([137, 80, 78, 71, 0, 255]));
    await expect(read.call({ path: "image" }, context)).rejects.toMatchObject({
      code: "tool_failed",
      hint: 'Read it with encoding "base64".',
    });
    expect(await read.call({ path: "image", encoding: "base64" }, context)).toMatchObject({
      content: "iVBORwD/",
      nextOffset: null,
    });
  });

  test("names a file that is missing, a folder, and what might never answer", async () => {
    await using context = await createTestToolContext();
    await mkdir(join(context.workspace, "folder"), { recursive: true });
    await builtinTool("shell").call({ argv: ["mkfifo", "pipe"] }, context);
    await expect(read.call({ path: "nothing.txt" }, context)).rejects.toMatchObject({
      message: '"nothing.txt" does not exist',
    });
    await expect(read.call({ path: "folder" }, context)).rejects.toMatchObject({
      message: '"folder" is a folder',
    });
    await expect(read.call({ path: "pipe" }, context)).rejects.toMatchObject({
      message: '"pipe" is no file',
    });
  });
});

describe("file_list", () => {
  test("lists files, folders and links, sorted, with sizes, and below folders when asked", async () => {
    await using context = await createTestToolContext();
    await write.call({ path: "b/deep.txt", content: "12345" }, context);
    await write.call({ path: "a.txt", content: "1" }, context);
    await symlink("a.txt", join(context.workspace, "c"));
    const seen = async (args: object) =>
      (await list.call({ ...args }, context)).entries.map((entry: { path: string; type: string }) => [
        entry.path,
        entry.type,
      ]);
    const top = [
      ["a.txt", "file"],
      ["b", "folder"],
      ["c", "link"],
    ];
    expect(await seen({})).toEqual(top);
    expect(await seen({ path: "b" })).toEqual([["b/deep.txt", "file"]]);
    expect(await seen({ recursive: true })).toEqual([
      ...top.slice(0, 2),
      ["b/deep.txt", "file"],
      ...top.slice(2),
    ]);
    expect(await list.call({ limit: 2 }, context)).toMatchObject({ truncated: true, entries: { length: 2 } });
    expect(await list.call({ limit: 3 }, context)).toMatchObject({ truncated: false });
  });

  test("an empty workspace is an empty list, and a missing folder an error", async () => {
    await using context = await createTestToolContext();
    expect(await list.call({}, context)).toEqual({ entries: [], truncated: false });
    await expect(list.call({ path: "no" }, context)).rejects.toMatchObject({
      message: '"no" does not exist',
    });
  });
});

describe("the workspace's walls", () => {
  const calls = [
    ["file_read", (path: string) => ({ path })],
    ["file_write", (path: string) => ({ path, content: "in" })],
    ["file_list", (path: string) => ({ path })],
  ] as const;

  test.each(calls)("%s does not leave by .., an absolute path or a link", async (name, args) => {
    await using context = await createTestToolContext();
    const outside = join(dirname(context.workspace), "outside");
    await mkdir(context.workspace);
    await mkdir(outside);
    await writeFile(join(outside, "secret.txt"), "secret");
    await symlink(outside, join(context.workspace, "door"));
    await symlink(join(outside, "secret.txt"), join(context.workspace, "peephole"));
    await symlink(join(outside, "new.txt"), join(context.workspace, "dangling"));
    const ways = [
      "../outside/secret.txt",
      join(outside, "secret.txt"),
      "door/secret.txt",
      "door",
      "peephole",
      "dangling",
    ];
    for (const way of [...ways, "a/../../outside", "/etc/passwd", "..", "/"]) {
      await expect(builtinTool(name).call(args(way), context), way).rejects.toMatchObject({
        code: "path_outside",
      });
    }
    expect(await readdir(outside)).toEqual(["secret.txt"]);
    expect(await readFile(join(outside, "secret.txt"), "utf8")).toBe("secret");
  });

  test("links inside it are followed, also when the workspace itself is reached by a link", async () => {
    await using context = await createTestToolContext();
    await mkdir(join(context.workspace, "data"), { recursive: true });
    await symlink("data", join(context.workspace, "latest"));
    const alias = `${context.workspace}-alias`;
    await symlink(context.workspace, alias);
    const through = { ...context, workspace: alias };
    expect(await write.call({ path: "latest/x.txt", content: "x" }, through)).toMatchObject({
      path: "data/x.txt",
    });
    expect(await read.call({ path: join(alias, "data/x.txt") }, through)).toMatchObject({ content: "x" });
  });

  // Elsewhere a folder cannot be held while it is walked through.
  test.runIf(existsSync("/proc/self/fd"))(
    "hold while a folder is exchanged for a link all the time",
    async () => {
      await using context = await createTestToolContext();
      const outside = join(dirname(context.workspace), "outside");
      const inside = join(context.workspace, "folder");
      await mkdir(inside, { recursive: true });
      await mkdir(outside);
      await writeFile(join(outside, "secret.txt"), "secret");
      await writeFile(join(inside, "secret.txt"), "harmless");
      await symlink(outside, join(context.workspace, "trap"));
      const exchanging = exchangeAllTheTime(inside, join(context.workspace, "trap"));
      const seen = new Set<string>();
      for (let round = 0; round < 300; round += 1) {
        const content = await read.call({ path: "folder/secret.txt" }, context).then(
          (result) => result.content,
          (error: { code: string }) => error.code,
        );
        seen.add(content);
        await write.call({ path: "folder/new.txt", content: "written" }, context).catch(() => {});
      }
      await exchanging.stop();
      expect(seen).not.toContain("secret");
      expect(await read.call({ path: "folder/secret.txt" }, context)).toMatchObject({ content: "harmless" });
      expect(await readdir(await realpath(outside))).toEqual(["secret.txt"]);
    },
  );

  test("hold while a file is exchanged for a link all the time", async () => {
    await using context = await createTestToolContext();
    const outside = join(dirname(context.workspace), "secret.txt");
    const inside = join(context.workspace, "file.txt");
    await mkdir(context.workspace);
    await writeFile(outside, "secret");
    await writeFile(inside, "harmless");
    await symlink(outside, join(context.workspace, "trap"));
    const exchanging = exchangeAllTheTime(inside, join(context.workspace, "trap"));
    const seen = new Set<string>();
    for (let round = 0; round < 500; round += 1) {
      const answer = await read.call({ path: "file.txt" }, context).catch(() => ({ content: "refused" }));
      seen.add(answer.content);
    }
    await exchanging.stop();
    expect(seen).not.toContain("secret");
    expect(await read.call({ path: "file.txt" }, context)).toMatchObject({ content: "harmless" });
  });
});
