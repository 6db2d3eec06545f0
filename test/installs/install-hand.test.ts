import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import {
  installHand,
  prepareInstall,
  readInstalledState,
  trustHand,
  uninstallHand,
  withHandsChange,
} from "../../src/installs/index.ts";
import { loadHandFolder, readHandSnapshot, readInstalledHands } from "../../src/manifest/index.ts";
import { HandRegistry } from "../../src/registry/index.ts";
import { openStore } from "../../src/store/index.ts";
import { createTestProject } from "../registry/hands-folder.ts";

const MANIFEST = '[hand]\nname = "oracle"\ndescription = "From elsewhere"\n';
const FILES = { "HAND.toml": MANIFEST, "SYSTEM.md": "You foretell." };

async function openInstalls() {
  const project = createTestProject();
  const handsDir = project.path("hands");
  const store = await openStore({ db: ":memory:", clock: systemClock, logger: silentLogger });
  const registry = new HandRegistry({ handsDir, store });
  onTestFinished(async () => {
    await registry.close();
    await store.close();
  });
  const install = (files: Readonly<Record<string, string>> = FILES) =>
    withHandsChange(handsDir, async (workDir) => {
      const list = Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) }));
      const prepared = await prepareInstall(list, { workDir, handsDir, fallbackName: "fallback" });
      if (prepared.change === "same") return prepared.change;
      const facts = { handsDir, workDir, source: "/from/elsewhere", commit: null, by: "ann" };
      await installHand(store, prepared, facts);
      return prepared.change;
    });
  const trust = async (name = "oracle") =>
    trustHand(store, handsDir, await readInstalledState(handsDir, name), "ann");
  const lookUp = async (name = "oracle") => {
    await registry.loadAll();
    return await registry.lookUp(name);
  };
  return { project, handsDir, store, registry, install, trust, lookUp };
}

test("an installed hand is there, broken as untrusted, until somebody trusts it as it is", async () => {
  const { registry, install, trust, lookUp } = await openInstalls();
  expect(await install()).toBe("new");
  expect(await lookUp()).toMatchObject({ kind: "broken", problems: [{ code: "untrusted" }] });
  expect(await registry.listEntries()).toMatchObject([{ name: "oracle", status: "error" }]);
  await trust();
  expect(await lookUp()).toMatchObject({ kind: "ready" });
  expect(await registry.listEntries()).toMatchObject([{ name: "oracle", status: "idle" }]);
});

test.each([
  ["edited", "SYSTEM.md", "Other words."],
  ["given another file", "tools/new.ts", "export default {};"],
  ["given another manifest", "HAND.toml", `${MANIFEST}schedule = "* * * * *"\n`],
])("a trusted hand that is %s asks again, and is as before when that is undone", async (_, path, text) => {
  const { project, install, trust, lookUp } = await openInstalls();
  await install();
  await trust();
  expect(await lookUp()).toMatchObject({ kind: "ready" });
  project.writeHand("oracle", MANIFEST, { "SYSTEM.md": FILES["SYSTEM.md"], [path]: text });
  expect(await lookUp()).toMatchObject({
    kind: "broken",
    problems: [{ code: "untrusted", message: expect.stringContaining("differs from what ann trusted") }],
  });
  if (path === "tools/new.ts") await rm(project.path("hands/oracle/tools"), { recursive: true });
  project.writeHand("oracle", MANIFEST, { "SYSTEM.md": FILES["SYSTEM.md"] });
  expect(await lookUp()).toMatchObject({ kind: "ready" });
});

test("what changed since it was trusted is named file by file", async () => {
  const { project, handsDir, install, trust } = await openInstalls();
  await install({ ...FILES, "skills/old.md": "x" });
  await trust();
  await rm(project.path("hands/oracle/skills/old.md"));
  project.writeHand("oracle", MANIFEST, { "SYSTEM.md": "Other words.", "tools/new.ts": "x" });
  const { differences, isTrusted } = await readInstalledState(handsDir, "oracle");
  expect([isTrusted, differences]).toEqual([
    false,
    { added: ["tools/new.ts"], changed: ["SYSTEM.md"], removed: ["skills/old.md"] },
  ]);
});

test("trust is for the files that were shown: an edit while somebody reads them makes it void", async () => {
  const { project, handsDir, store, install, lookUp } = await openInstalls();
  await install();
  const shown = await readInstalledState(handsDir, "oracle");
  project.writeHand("oracle", MANIFEST, { "SYSTEM.md": "Other words." });
  await trustHand(store, handsDir, shown, "ann");
  expect(await lookUp()).toMatchObject({ kind: "broken" });
});

test("the same again changes nothing; another version replaces the files and has to be trusted anew", async () => {
  const { project, install, trust, lookUp } = await openInstalls();
  await install();
  await trust();
  expect(await install()).toBe("same");
  expect(await install({ ...FILES, "SYSTEM.md": "Version two." })).toBe("update");
  expect(await readFile(project.path("hands/oracle/SYSTEM.md"), "utf8")).toBe("Version two.");
  expect(await lookUp()).toMatchObject({ kind: "broken" });
  expect(await install()).toBe("update");
  expect(await lookUp(), "what was trusted once is the same to the byte").toMatchObject({ kind: "ready" });
});

test("a hand of one's own is neither replaced nor taken its name away", async () => {
  const { project, handsDir, install } = await openInstalls();
  project.writeHand("mine", MANIFEST);
  await expect(install()).rejects.toMatchObject({ code: "invalid_argument" });
  await rm(project.path("hands/mine"), { recursive: true });
  project.writeHand("oracle", '[hand]\nname = "another"\n');
  await expect(install()).rejects.toMatchObject({ code: "invalid_argument" });
  expect(await readInstalledHands(handsDir)).toEqual([]);
  expect(await readdir(handsDir)).toEqual(["oracle"]);
});

test("a package that is broken, or calls itself a path, is refused and leaves nothing", async () => {
  const { handsDir, install } = await openInstalls();
  for (const name of ["../out", "a/b", ".hidden", "__proto__", "installed.json"]) {
    const manifest = `[hand]\nname = ${JSON.stringify(name)}\n`;
    await expect(install({ "HAND.toml": manifest }), name).rejects.toMatchObject({
      code: "invalid_manifest",
    });
  }
  await expect(install({ "HAND.toml": "nonsense =" })).rejects.toMatchObject({ code: "invalid_manifest" });
  expect(await readdir(handsDir)).toEqual([]);
});

test("two changes at once: the second one is told of the first", async () => {
  const { handsDir, install } = await openInstalls();
  await withHandsChange(handsDir, async () => {
    await expect(install()).rejects.toMatchObject({ message: expect.stringContaining(".installing") });
  });
  expect(await install()).toBe("new");
});

test("a list of installed hands that cannot be read lets none of the folder's hands run", async () => {
  const { project, handsDir, install, trust, lookUp } = await openInstalls();
  await install();
  await trust();
  project.writeHand("mine", '[hand]\nname = "mine"\n');
  for (const text of ["{", '{"version":2,"hands":[]}', '{"version":1,"hands":[{"folder":"oracle"}]}']) {
    await writeFile(project.path("hands/installed.json"), text);
    for (const name of ["oracle", "mine"])
      expect(await lookUp(name), text).toMatchObject({ kind: "broken", problems: [{ code: "untrusted" }] });
  }
  expect(existsSync(handsDir)).toBe(true);
});

test("uninstalling removes folder and list entry, and only of what was installed", async () => {
  const { project, handsDir, store, install, lookUp } = await openInstalls();
  await install();
  project.writeHand("mine", '[hand]\nname = "mine"\n');
  const uninstall = (name: string) =>
    withHandsChange(handsDir, (workDir) => uninstallHand(store, { handsDir, workDir }, name, "ann"));
  await expect(uninstall("mine")).rejects.toMatchObject({ code: "hand_not_found" });
  await uninstall("oracle");
  expect(await readdir(handsDir)).toEqual(["installed.json", "mine"]);
  expect(await readInstalledHands(handsDir)).toEqual([]);
  expect(await lookUp()).toMatchObject({ kind: "missing" });
});

test("installing, trusting and uninstalling are audited, with who and what exactly", async () => {
  const { handsDir, store, install, trust } = await openInstalls();
  await install();
  await trust();
  const { hash } = await readHandSnapshot(`${handsDir}/oracle`);
  await withHandsChange(handsDir, (workDir) => uninstallHand(store, { handsDir, workDir }, "oracle", "bob"));
  const rows = await store.db
    .selectFrom("events")
    .selectAll()
    .where("type", "like", "hand.%")
    .orderBy("id")
    .execute();
  expect(rows.map((row) => [row.type, row.is_audited, JSON.parse(row.data_json)])).toEqual([
    ["hand.installed", 1, { by: "ann", source: "/from/elsewhere", commit: null, hash }],
    ["hand.trusted", 1, { by: "ann", source: "/from/elsewhere", hash }],
    ["hand.uninstalled", 1, { by: "bob", source: "/from/elsewhere" }],
  ]);
});

test("a version that was kept runs on from its own folder, which needs no trust of its own", async () => {
  const { project, install, trust } = await openInstalls();
  await install();
  await trust();
  const kept = project.writeHand("0123abcd", MANIFEST, {}, "data/versions");
  expect((await loadHandFolder(kept)).hand).toBeDefined();
});
