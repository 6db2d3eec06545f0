import { createHash } from "node:crypto";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openExample } from "./example-bench.ts";

const HOUR_MS = 60 * 60 * 1000;

/** The checker over folders of backups, by name, below a folder of its own. */
async function openChecker(...names: readonly string[]) {
  const bench = await openExample("backup-checker", { changes: [["enabled = false", "enabled = true"]] });
  const folderOf = (name: string) => join(bench.dir, "backups", name);
  const backups = names.map((name) => ({ name, folder: folderOf(name), files: "*.dump" }));
  const parameters = {
    backups,
    max_age_hours: 26,
    min_bytes: 1,
    min_count: 1,
    max_shrink_percent: 50,
    verify_checksum: true,
  };
  return {
    bench,
    check: (changes: object = {}) =>
      bench.run("backup-checker", { parameters: { ...parameters, ...changes } }),
    async write(name: string, file: string, { hoursAgo = 1, content = "x".repeat(100), checksum = "" } = {}) {
      await mkdir(folderOf(name), { recursive: true });
      const path = join(folderOf(name), file);
      await writeFile(path, content);
      const at = new Date(bench.store.nowMs() - hoursAgo * HOUR_MS - 60_000);
      await utimes(path, at, at);
      if (checksum !== "") await writeFile(`${path}.sha256`, `${checksum}  ${file}\n`);
    },
  };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test("as it is packaged it does not run, and without backups it says what is missing", async () => {
  await expect((await openExample("backup-checker")).run("backup-checker")).rejects.toMatchObject({
    code: "hand_disabled",
  });
  const { check } = await openChecker();
  expect(await check()).toMatchObject({
    outcome: "failure",
    error: expect.stringContaining("write some in [parameters]"),
  });
});

test("backups that are well are a line each, the newest with its verified checksum", async () => {
  const { check, write } = await openChecker("db", "photos");
  await write("db", "old.dump", { hoursAgo: 25 });
  await write("db", "new.dump", { content: "whole", hoursAgo: 2, checksum: sha256("whole") });
  await write("db", "notes.txt", { hoursAgo: 0 });
  await write("photos", "a.dump");
  const ended = await check({ max_shrink_percent: 99 });
  expect(ended).toMatchObject({ outcome: "success" });
  expect(ended.output.split("\n")).toEqual([
    "# All 2 backups are well",
    "",
    "- ✓ **db**: `new.dump`, 5 bytes, 2 hours old, checksum matches",
    "- ✓ **photos**: `a.dump`, 100 bytes, 1 hours old, no checksum verified",
  ]);
});

test("each thing that can be wrong with a backup is said, and a bad one does not hide the others", async () => {
  const { check, write } = await openChecker("gone", "empty", "late", "shrunk", "broken", "few", "well");
  await write("empty", "readme.txt");
  await write("late", "a.dump", { hoursAgo: 50 });
  await write("shrunk", "a.dump", { hoursAgo: 20, content: "x".repeat(1000) });
  await write("shrunk", "b.dump", { content: "x".repeat(100) });
  await write("broken", "a.dump", { content: "changed", checksum: sha256("whole") });
  await write("few", "a.dump", { content: "" });
  await write("well", "a.dump");
  await write("well", "b.dump");
  const { output } = await check({ min_count: 1 });
  expect(output.split("\n").slice(2)).toEqual([
    "- ✗ **gone**: its folder cannot be read: ENOENT",
    "- ✗ **empty**: there is no backup",
    "- ✗ **late**: the newest is 50 hours old",
    "- ✗ **shrunk**: the newest is 90 % smaller than the one before",
    "- ✗ **broken**: the newest does not match its checksum",
    "- ✗ **few**: the newest has only 0 bytes",
    expect.stringContaining("- ✓ **well**: "),
  ]);
  expect(output).toMatch(/^# 6 of 7 backups: look at gone, empty, late, shrunk, broken, few$/m);
  expect((await check({ min_count: 2 })).output).toContain(
    "**late**: the newest is 50 hours old; there are 1, not 2",
  );
});

test("an entry's own limits win over those of the file", async () => {
  const { bench, check, write } = await openChecker("db");
  await write("db", "a.dump", { hoursAgo: 50 });
  const folder = join(bench.dir, "backups", "db");
  const backups = [{ name: "db", folder, files: "a*p", max_age_hours: 100 }];
  expect((await check({ backups })).output).toMatch(/^# All 1 backups are well/);
});
