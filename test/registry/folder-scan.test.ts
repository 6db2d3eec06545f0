import { mkdir, mkdtemp, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
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
  const fileNamed = { path: "HAND.toml" };
  expect([...first.changed.values()]).toMatchObject([{ files: [fileNamed] }, { files: [fileNamed] }]);
  expect(await scan.look()).toMatchObject({ folders: first.folders, isDifferent: false });
});

const FILE_TIME = new Date(1_700_000_000_000);

/** Everything that an edit can be, each with the same times as before where these can be set. */
const EDITS: Readonly<Record<string, (dir: string) => Promise<void>>> = {
  "a file written anew": (dir) => writeFile(join(dir, "HAND.toml"), "[hand]\n"),
  "a file replaced by another of the same length and time": async (dir) => {
    await writeFile(join(dir, "new"), "[dnah]\n");
    await utimes(join(dir, "new"), FILE_TIME, FILE_TIME);
    await rename(join(dir, "new"), join(dir, "HAND.toml"));
  },
  "a time": (dir) => utimes(join(dir, "skills", "one.md"), FILE_TIME, FILE_TIME),
  "a file more": (dir) => writeFile(join(dir, "SYSTEM.md"), ""),
  "a file more in a folder below": (dir) => writeFile(join(dir, "skills", "two.md"), ""),
  "a file less": (dir) => rm(join(dir, "skills", "one.md")),
  "a folder less": (dir) => rm(join(dir, "skills"), { recursive: true }),
  "a name": (dir) => rename(join(dir, "skills", "one.md"), join(dir, "skills", "won.md")),
};

test("a start lists no folder that looks as it did when the index was written, and each that was edited in any way since", async () => {
  const root = await makeHandsFolder();
  const dir = join(root, "beta");
  for (const edit of Object.values(EDITS)) {
    await rm(dir, { recursive: true });
    await mkdir(join(dir, "skills"), { recursive: true });
    await writeFile(join(dir, "HAND.toml"), "[hand]\n");
    await utimes(join(dir, "HAND.toml"), FILE_TIME, FILE_TIME);
    await writeFile(join(dir, "skills", "one.md"), "");
    const marks = new Map(
      [...(await new FolderScan(root, null).look()).changed].map(([folder, content]) => [
        folder,
        content === null || content === "as_indexed" ? null : content.marks,
      ]),
    );
    const look = async () =>
      (await new FolderScan(root, null).look(async () => (folder) => marks.get(folder) ?? null)).changed;
    expect([...(await look()).values()]).toEqual(["as_indexed", "as_indexed"]);
    await waitForNextTick(root);
    await edit(dir);
    const changed = await look();
    expect(changed.get(join(root, "alpha"))).toBe("as_indexed");
    expect(changed.get(dir)).toMatchObject({ refused: [] });
  }
});

/** Until the file system gives another time than that of the newest file. */
async function waitForNextTick(root: string): Promise<void> {
  const file = join(root, ".tick");
  await writeFile(file, "");
  const { ctimeMs } = await stat(file);
  while ((await stat(file)).ctimeMs === ctimeMs) await writeFile(file, "");
}

test("a folder that looks as it did and is edited after the start is seen at the next look", async () => {
  const root = await makeHandsFolder();
  const { changed } = await new FolderScan(root, null).look();
  const scan = new FolderScan(root, null);
  await scan.look(async () => (folder) => {
    const content = changed.get(folder);
    return content === "as_indexed" ? null : (content?.marks ?? null);
  });
  expect(await scan.look()).toMatchObject({ isDifferent: false });
  await waitForNextTick(root);
  await writeFile(join(root, "alpha", "hand.ts"), "");
  expect([...(await scan.look()).changed.keys()]).toEqual([join(root, "alpha")]);
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
