import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readHandSnapshot } from "../../src/manifest/index.ts";

test("a version that is kept has the hand's own files, and nothing that a link leads to", async () => {
  const root = await mkdtemp(join(tmpdir(), "hands-snapshot-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const dir = join(root, "oracle");
  await mkdir(join(dir, "lib"), { recursive: true });
  await mkdir(join(root, "elsewhere"));
  await writeFile(join(root, "elsewhere", "secret.txt"), "secret");
  await writeFile(join(dir, "HAND.toml"), "[hand]\n");
  await writeFile(join(dir, "lib", "words.ts"), "x");
  await symlink(join(root, "elsewhere"), join(dir, "folder"));
  await symlink(join(root, "elsewhere", "secret.txt"), join(dir, "lib", "notes.md"));
  const { files } = await readHandSnapshot(dir);
  expect(files.map(({ path }) => path)).toEqual(["HAND.toml", "lib/words.ts"]);
});
