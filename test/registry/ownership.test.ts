import { renameSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { listHandRows, openStore } from "../../src/store/index.ts";
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

test("a hand of an adopted database keeps its state, and is loaded anew from its folder", async () => {
  const project = createTestProject();
  project.writeHand("scout", "schedule = { interval = 900 }");
  const registry = openRegistry(project);
  const store = await registry.openStore();
  await store.transaction(async ({ db }) => {
    const row = {
      config_json: "null",
      enabled: 1,
      loaded_at: 1,
      hands_dir: "",
      hand_dir: "",
      problems_json: "[]",
    };
    await db
      .insertInto("hands")
      .values({ name: "scout", ...row })
      .execute();
    const counts = { run_count: 7, success_count: 5, failure_count: 2, is_paused: 0 };
    await db
      .insertInto("hand_states")
      .values({ hand_name: "scout", status: "idle", ...counts })
      .execute();
  });
  expect((await registry.loadAll()).size).toBe(1);
  expect(await registry.getState("scout")).toMatchObject({ runCount: 7, failureCount: 2 });
  const { anchor_at } = await store.db
    .selectFrom("hand_states")
    .select("anchor_at")
    .executeTakeFirstOrThrow();
  expect(anchor_at).not.toBeNull();
  expect(await listHandRows(store)).toMatchObject([{ hands_dir: project.path("hands") }]);
});

test("a registry that does not own the index writes nothing", async () => {
  const project = createTestProject();
  project.writeHand("scout");
  const reader = openRegistry(project, { ownsIndex: false });
  expect((await reader.loadAll()).size).toBe(1);
  expect(await listHandRows(await reader.openStore())).toEqual([]);
});

test("hands are listed over a database that is open for reading alone, also where executions are held", async () => {
  const project = createTestProject();
  project.writeHand("scout");
  const owner = openRegistry(project);
  await owner.loadAll();
  await owner.logExecution({ handName: "scout", trigger: "manual", outcome: "success" });
  const writing = await owner.openStore();
  await writing.transaction(async ({ db }) => {
    await db.updateTable("hand_executions").set({ status: "queued", reason: "hand_broken" }).execute();
  });
  const store = await openStore({
    db: project.path("data", "hands.db"),
    clock: systemClock,
    logger: silentLogger,
    readOnly: true,
  });
  const reader = openRegistry(project, { store, ownsIndex: false });
  expect(await reader.listEntries()).toMatchObject([{ name: "scout", runCount: 1 }]);
  await reader.close();
  await store.close();
});
