import { renameSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { listHandRows } from "../../src/store/index.ts";
import { createTestProject } from "./hands-folder.ts";
import { openRegistry } from "./open-registry.ts";

test("another --hands on the same store removes nothing, and sees the others as elsewhere", async () => {
  const project = createTestProject();
  project.writeHand("scout");
  project.writeHand("oracle", "", {}, "others");
  const here = openRegistry(project);
  await here.loadAll();
  const there = openRegistry(project, { handsDir: project.path("others") });
  await there.loadAll();
  expect((await listHandRows(await there.openStore())).map(({ name }) => name)).toEqual(["oracle", "scout"]);
  expect(await there.lookUp("scout")).toMatchObject({ kind: "elsewhere" });
  expect((await there.listEntries()).map(({ name }) => name)).toEqual(["oracle"]);
  rmSync(project.path("others", "oracle"), { recursive: true });
  await there.loadAll();
  expect((await listHandRows(await there.openStore())).map(({ name }) => name)).toEqual(["scout"]);
});

test("a hands folder that was moved keeps its hands, their states and their anchors", async () => {
  const project = createTestProject();
  project.writeHand("scout", "schedule = { interval = 900 }");
  const before = openRegistry(project);
  await before.loadAll();
  await before.logExecution({ handName: "scout", trigger: "manual", outcome: "failure", error: "no" });
  await before.close();
  renameSync(project.path("hands"), project.path("moved"));
  const after = openRegistry(project, { handsDir: project.path("moved") });
  await after.loadAll();
  expect(await after.lookUp("scout")).toMatchObject({ kind: "ready" });
  expect(await after.getState("scout")).toMatchObject({ failureCount: 1, errorMessage: "no" });
  const [row] = await listHandRows(await after.openStore());
  expect(row).toMatchObject({ hands_dir: project.path("moved"), hand_dir: project.path("moved", "scout") });
});

test("a name that another folder has with other content is refused, naming that folder; with the same content it is taken over", async () => {
  const project = createTestProject();
  const theirs = project.writeHand("scout", 'description = "theirs"');
  await openRegistry(project).loadAll();
  project.writeHand("scout", 'description = "ours"', {}, "others");
  project.writeHand("fine", "", {}, "others");
  const others = openRegistry(project, { handsDir: project.path("others") });
  expect([...(await others.loadAll()).keys()]).toEqual(["fine"]);
  const [problem] = others.getProblems().get("scout") ?? [];
  expect(problem).toMatchObject({ code: "name_taken", message: expect.stringContaining(theirs) });
  // Its executions are the other folder's business.
  expect(await others.lookUp("scout")).toMatchObject({ kind: "elsewhere", hand: { description: "theirs" } });

  project.writeHand("scout", 'description = "theirs"', {}, "others");
  await others.loadAll();
  expect(await others.lookUp("scout")).toMatchObject({ kind: "ready" });
});

test("a refused name is free as soon as the other hand is gone", async () => {
  const project = createTestProject();
  const theirs = project.writeHand("scout", 'description = "theirs"');
  await openRegistry(project).loadAll();
  project.writeHand("scout", 'description = "ours"', {}, "others");
  const others = openRegistry(project, { handsDir: project.path("others") });
  expect((await others.loadAll()).size).toBe(0);
  rmSync(theirs, { recursive: true });
  expect((await others.loadAll()).size).toBe(1);
});

test("a registry that does not own the index writes nothing", async () => {
  const project = createTestProject();
  project.writeHand("scout");
  const reader = openRegistry(project, { ownsIndex: false });
  expect((await reader.loadAll()).size).toBe(1);
  expect(await listHandRows(await reader.openStore())).toEqual([]);
});
