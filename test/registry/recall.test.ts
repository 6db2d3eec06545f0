import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Clock } from "../../src/core/index.ts";
import { systemClock } from "../../src/core/index.ts";
import type { FolderListing } from "../../src/manifest/index.ts";
import { listHandFolder } from "../../src/manifest/index.ts";
import { isSettled, toLastingMarks } from "../../src/registry/folder-reading.ts";
import type { HandRegistryOptions } from "../../src/registry/index.ts";
import { listHandRows } from "../../src/store/index.ts";
import type { TestProject } from "./hands-folder.ts";
import { createTestProject } from "./hands-folder.ts";
import { openRegistry } from "./open-registry.ts";

/** What was written just now has long been written. */
const LATER: Clock = { ...systemClock, now: () => systemClock.now() + 60_000 };

const NO_CHANNEL: HandRegistryOptions["inspect"] = () => [
  {
    severity: "warning",
    code: "unknown_channel",
    message: "There is no such channel",
    path: ["output", "channel"],
    at: "value",
    hint: null,
  },
];

/** A start of a build of the program; it ends before the next. */
async function start(project: TestProject, options: HandRegistryOptions = {}) {
  await using registry = openRegistry(project, { program: "one", clock: LATER, ...options });
  const hands = [...(await registry.loadAll()).values()];
  return { hands, entries: await registry.listEntries() };
}

/** Marks each row of the index, so that what comes from there shows it. */
async function markIndex(project: TestProject): Promise<void> {
  await using registry = openRegistry(project);
  const store = await registry.openStore();
  await store.transaction(async ({ db }) => {
    for (const { name, config_json } of await listHandRows({ db })) {
      const config = { ...JSON.parse(config_json), author: "the index" };
      await db
        .updateTable("hands")
        .set({ config_json: JSON.stringify(config) })
        .where("name", "=", name)
        .execute();
    }
  });
}

async function startMarked(project: TestProject, options: HandRegistryOptions = {}) {
  await markIndex(project);
  const { hands } = await start(project, options);
  return hands.map(({ author }) => author);
}

test("a hand whose files are the same is taken from the index at the next start, equal in everything, its warnings with their places", async () => {
  const project = createTestProject();
  project.writeHand(
    "scout",
    '[hand]\nschedule = "0 7 * * *"\ncolour = "red"\n[output]\nchannel = "nowhere"\n[parameters]\n"a b" = [1, { c = "d" }]',
    { "skills/one.md": "One." },
  );
  const options = { inspect: NO_CHANNEL };
  const first = await start(project, options);
  expect(first.entries[0]?.problems.map(({ code, line }) => [code, line])).toEqual([
    ["unknown_key", 3],
    ["unknown_channel", 5],
  ]);
  expect(await start(project, options)).toEqual(first);
  expect(await startMarked(project, options)).toEqual(["the index"]);
});

test("it is read where one of its files changed, another build reads it, or something else is found about it", async () => {
  const project = createTestProject();
  const dir = project.writeHand("scout", "", { "skills/one.md": "One." });
  await start(project);
  expect(await startMarked(project)).toEqual(["the index"]);
  appendFileSync(`${dir}/skills/one.md`, " Two.");
  expect(await startMarked(project)).toEqual([null]);
  expect(await startMarked(project)).toEqual(["the index"]);
  expect(await startMarked(project, { program: "two" })).toEqual([null]);
  expect(await startMarked(project, { program: "two", inspect: NO_CHANNEL })).toEqual([null]);
  expect(await startMarked(project, { program: "two", inspect: NO_CHANNEL })).toEqual(["the index"]);
});

test("what a folder looked like is kept where all of it was there long enough that no later edit can bear the same times", () => {
  const project = createTestProject();
  const dir = project.writeHand("scout");
  const listing = listHandFolder(dir) as FolderListing;
  const changedAt = Math.max(...listing.marks.map(([, mark]) => mark?.ctimeMs ?? 0));
  const lasting = toLastingMarks(listing, dir, changedAt + 2001);
  expect(lasting?.map(([path]) => path).toSorted()).toEqual(["", "HAND.toml", "SYSTEM.md"]);
  expect(toLastingMarks(listing, dir, changedAt + 1)).toBeUndefined();
  const withGone: FolderListing = { ...listing, marks: [...listing.marks, [`${dir}/gone`, null]] };
  expect(toLastingMarks(withGone, dir, changedAt + 2001)).toBeUndefined();
});

test("a hand in a folder that looks as it did is read where something else is found about it, and where it went away meanwhile nothing is", async () => {
  const project = createTestProject();
  const dir = project.writeHand("scout");
  await start(project);
  expect(await startMarked(project, { inspect: NO_CHANNEL })).toEqual([null]);
  expect(await startMarked(project, { inspect: NO_CHANNEL })).toEqual(["the index"]);
  rmSync(dir, { recursive: true });
  expect(await start(project, { inspect: NO_CHANNEL })).toEqual({ hands: [], entries: [] });
});

test("without the name of a build, and where a file changed only just now, every start reads it", async () => {
  const project = createTestProject();
  project.writeHand("scout");
  const early: Clock = { ...systemClock, now: () => 0 };
  for (const options of [{ clock: LATER }, { program: "one", clock: early }]) {
    await openRegistry(project, options).loadAll();
    await markIndex(project);
    const again = await openRegistry(project, options).loadAll();
    expect(again.get("scout")?.author).toBeNull();
  }
});

test("a time of a file counts when no later edit can bear it: at once on fine clocks, after two seconds on those that know seconds", () => {
  expect([isSettled(10_001, 10_040), isSettled(10_001, 10_060)]).toEqual([false, true]);
  expect([isSettled(10_000, 11_900), isSettled(10_000, 12_100)]).toEqual([false, true]);
  expect(isSettled(20_001, 10_000)).toBe(false);
});

test("a hand that takes a tool of the project is read at each start, and one that it could take by now, too", async () => {
  const project = createTestProject();
  const projectToolsDir = project.path("tools");
  project.writeHand("scout", '[hand]\n[tools]\nrequired = ["shared"]');
  const options = { projectToolsDir };
  await start(project, options);
  expect(await startMarked(project, options)).toEqual(["the index"]);
  mkdirSync(projectToolsDir);
  writeFileSync(`${projectToolsDir}/shared.ts`, "export default {};");
  expect(await startMarked(project, options)).toEqual([null]);
  expect(await startMarked(project, options)).toEqual([null]);
});

test("a hand from elsewhere that nobody trusts does not run because the index has it", async () => {
  const project = createTestProject();
  project.writeHand("scout");
  await start(project);
  const installed = {
    folder: "scout",
    source: "https://example.com/scout",
    commit: null,
    hash: "a".repeat(64),
    installedAt: "2026-01-01T00:00:00Z",
    installedBy: "someone",
    trusted: null,
  };
  writeFileSync(project.path("hands", "installed.json"), JSON.stringify({ version: 1, hands: [installed] }));
  const { hands, entries } = await start(project);
  expect(hands).toEqual([]);
  expect(entries[0]?.problems[0]?.code).toBe("untrusted");
});

test("only what a hand is, not how it was read, is news of the index", async () => {
  const project = createTestProject();
  project.writeHand("scout");
  await start(project);
  await start(project, { program: "two" });
  const store = await openRegistry(project).openStore();
  const loads = await store.db.selectFrom("events").select("id").where("type", "=", "hands.loaded").execute();
  expect(loads).toHaveLength(1);
  expect((await listHandRows(store))[0]?.reading_json).toContain('"two"');
});
