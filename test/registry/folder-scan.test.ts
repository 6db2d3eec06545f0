import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FolderScan } from "../../src/registry/folder-scan.ts";

async function makeHandsFolder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "hands-scan-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const name of ["alpha", "beta"]) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, "HAND.toml"), "[hand]\n");
  }
  return root;
}

test("a look gives each changed hand with what is in it, and the next one nothing", async () => {
  const root = await makeHandsFolder();
  const scan = new FolderScan(root, null);
  const first = await scan.look();
  expect(first.folders).toEqual([join(root, "alpha"), join(root, "beta")]);
  expect([...first.changed.values()].map((listing) => listing?.files.map(({ path }) => path))).toEqual([
    ["HAND.toml"],
    ["HAND.toml"],
  ]);
  expect(await scan.look()).toMatchObject({ folders: first.folders, isDifferent: false });
});

test("an edit of the same length that keeps the file's time shows, in that hand alone", async () => {
  const root = await makeHandsFolder();
  const file = join(root, "beta", "HAND.toml");
  const time = new Date(1_700_000_000_000);
  await utimes(file, time, time);
  const scan = new FolderScan(root, null);
  await scan.look();
  await rm(file);
  await writeFile(file, "[dnah]\n");
  await utimes(file, time, time);
  expect([...(await scan.look()).changed.keys()]).toEqual([join(root, "beta")]);
});

test("what was forgotten is read again, and only that; also where only a hand went away the look is repeated", async () => {
  const root = await makeHandsFolder();
  const scan = new FolderScan(root, null);
  await scan.look();
  scan.forget([join(root, "alpha")]);
  expect([...(await scan.look()).changed.keys()]).toEqual([join(root, "alpha")]);
  await rm(join(root, "beta"), { recursive: true });
  const removal = await scan.look();
  expect([removal.folders, removal.changed.size, removal.isDifferent]).toEqual([
    [join(root, "alpha")],
    0,
    true,
  ]);
  scan.forget(removal.changed.keys());
  expect(await scan.look()).toMatchObject({ folders: [join(root, "alpha")], isDifferent: true });
});

test("nothing is looked at inside a folder that is no hand, until it has a HAND.toml", async () => {
  const root = await makeHandsFolder();
  const deep = join(root, "data", "deep");
  await mkdir(deep, { recursive: true });
  const scan = new FolderScan(root, null);
  expect((await scan.look()).folders).toHaveLength(2);
  await writeFile(join(deep, "rows.csv"), "1\n");
  expect((await scan.look()).isDifferent).toBe(false);
  await writeFile(join(root, "data", "HAND.toml"), "[hand]\n");
  expect([...(await scan.look()).changed.keys()]).toEqual([join(root, "data")]);
});
