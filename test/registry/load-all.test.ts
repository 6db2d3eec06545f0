import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HandNotFoundError, HandRegistryError, HandValidationError } from "../../src/registry/index.ts";
import { listHandRows } from "../../src/store/index.ts";
import { createRecordingLogger } from "../store/recording-logger.ts";
import { createTestProject } from "./hands-folder.ts";
import { openRegistry } from "./open-registry.ts";

test("the constructor opens nothing", async () => {
  const project = createTestProject();
  openRegistry(project);
  expect(existsSync(project.path("data"))).toBe(false);
});

test("hands are loaded by name; folders without a manifest are passed over", async () => {
  const project = createTestProject();
  project.writeHand("scout", 'description = "Looks around"\nschedule = "0 7 * * *"');
  project.writeHand("helper", 'enabled = false\nschedule = "0 8 * * *"');
  project.writeHand("plain");
  writeFileSync(project.path("hands", "notes.txt"), "no hand");
  const registry = openRegistry(project);
  expect([...(await registry.loadAll()).keys()]).toEqual(["helper", "plain", "scout"]);
  expect(registry.getHand("scout").description).toBe("Looks around");
  expect(registry.getEnabledHands().map(({ name }) => name)).toEqual(["plain", "scout"]);
  expect(registry.getScheduledHands().map(({ name }) => name)).toEqual(["scout"]);
  expect(() => registry.getHand("skout")).toThrow(HandNotFoundError);
  expect(() => registry.getHand("skout")).toThrow(HandRegistryError);
  try {
    registry.getHand("skout");
  } catch (error) {
    expect(error).toMatchObject({ code: "hand_not_found", hint: expect.stringContaining('"scout"') });
  }
});

test("a missing hands folder is an empty result and one warning", async () => {
  const project = createTestProject();
  const logger = createRecordingLogger();
  const registry = openRegistry(project, { logger });
  expect((await registry.loadAll()).size).toBe(0);
  await registry.loadAll();
  expect(logger.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
  expect(registry.getProblems().get(project.path("hands"))?.[0]).toMatchObject({
    code: "missing_hands_folder",
  });
  project.writeHand("scout");
  expect((await registry.loadAll()).size).toBe(1);
  expect(registry.getProblems().size).toBe(0);
});

test("Broken packages were a log line: a broken hand is listed broken, with its diagnostics, and hides no other", async () => {
  const project = createTestProject();
  project.writeHand("good");
  project.writeHand("bad", 'schedule = "61 * * * *"');
  const registry = openRegistry(project);
  expect([...(await registry.loadAll()).keys()]).toEqual(["good"]);
  expect(() => registry.getHand("bad")).toThrow(HandValidationError);
  expect(await registry.lookUp("bad")).toMatchObject({
    kind: "broken",
    problems: [{ line: 2, severity: "error" }],
  });
  const [bad, good] = await registry.listEntries();
  expect(bad).toMatchObject({ name: "bad", status: "error", schedule: null, nextRunAt: null });
  expect(bad?.problems[0]?.message).toContain("61");
  expect(good).toMatchObject({ name: "good", status: "idle", problems: [], enabled: true });
});

test("a folder that is unchanged is not parsed again, and one that was edited is", async () => {
  const project = createTestProject();
  project.writeHand("scout", 'description = "one"');
  project.writeHand("other");
  const registry = openRegistry(project);
  await registry.loadAll();
  const [scout, other] = [registry.getHand("scout"), registry.getHand("other")];
  await registry.loadAll();
  expect(registry.getHand("scout")).toBe(scout);
  project.writeHand("scout", 'description = "another"');
  await registry.loadAll();
  expect(registry.getHand("scout").description).toBe("another");
  expect(registry.getHand("other")).toBe(other);
});

test("a HAND.toml that appears in a folder that was there before is found", async () => {
  const project = createTestProject();
  project.writeHand("first");
  const dir = project.writeHand("late");
  rmSync(join(dir, "HAND.toml"));
  const registry = openRegistry(project);
  expect((await registry.loadAll()).size).toBe(1);
  project.writeHand("late");
  expect((await registry.loadAll()).size).toBe(2);
});

test("A deleted or edited one kept running: a deleted hand leaves the index and keeps its state and history", async () => {
  const project = createTestProject();
  const dir = project.writeHand("scout");
  project.writeHand("other");
  const registry = openRegistry(project);
  await registry.loadAll();
  await registry.logExecution({ handName: "scout", trigger: "manual", outcome: "success", output: "done" });
  rmSync(dir, { recursive: true });
  await registry.loadAll();
  expect(await registry.lookUp("scout")).toEqual({ kind: "missing" });
  expect((await listHandRows(await registry.openStore())).map(({ name }) => name)).toEqual(["other"]);
  expect(await registry.getState("scout")).toMatchObject({ runCount: 1 });
  expect(await registry.getRecentExecutions("scout")).toMatchObject([{ output: "done" }]);
});

test("a hands folder that is gone removes nothing", async () => {
  const project = createTestProject();
  project.writeHand("scout");
  const registry = openRegistry(project);
  await registry.loadAll();
  renameSync(project.path("hands"), project.path("away"));
  expect((await registry.loadAll()).size).toBe(1);
  const second = openRegistry(project);
  expect((await second.loadAll()).size).toBe(0);
  expect(await listHandRows(await second.openStore())).toHaveLength(1);
  expect(await second.lookUp("scout")).toMatchObject({ kind: "elsewhere", hand: { name: "scout" } });
});

test("of two folders with one name both are refused, and each is told of the other", async () => {
  const project = createTestProject();
  const one = project.writeHand("one", 'name = "same"');
  const two = project.writeHand("two", 'name = "same"');
  project.writeHand("three");
  const registry = openRegistry(project);
  expect([...(await registry.loadAll()).keys()]).toEqual(["three"]);
  const problems = registry
    .getProblems()
    .get("same")
    ?.filter(({ code }) => code === "duplicate_name");
  expect(problems).toMatchObject([
    { file: join(one, "HAND.toml"), message: expect.stringContaining(two) },
    { file: join(two, "HAND.toml"), message: expect.stringContaining(one) },
  ]);
  rmSync(two, { recursive: true });
  await registry.loadAll();
  expect(registry.getHand("same").handDir).toBe(one);
});

test("a broken folder takes no name from a healthy hand", async () => {
  const project = createTestProject();
  project.writeHand("one", 'name = "two"');
  const two = project.writeHand("two", "name = ");
  const registry = openRegistry(project);
  await registry.loadAll();
  expect(registry.getHand("two").handDir).toBe(project.path("hands", "one"));
  expect(registry.getProblems().get(two)?.[0]).toMatchObject({ severity: "error" });
});

test("tools are checked where they are known; a hand with tools of its own is unchecked", async () => {
  const project = createTestProject();
  project.writeHand("wrong", '[hand]\n[tools]\nrequired = ["web_fetsh"]\n');
  project.writeHand("right", '[hand]\n[tools]\nrequired = ["web_fetch"]\n');
  project.writeHand("own", '[hand]\n[tools]\nrequired = ["mine"]\n', {
    "tools/mine.ts": "export default {};",
  });
  const registry = openRegistry(project, { tools: [{ name: "web_fetch", action: null, effect: "read" }] });
  expect([...(await registry.loadAll()).keys()]).toEqual(["own", "right"]);
  expect(registry.getProblems().get("wrong")?.[0]).toMatchObject({
    code: "missing_tool",
    line: 3,
    hint: expect.stringContaining("web_fetch"),
  });
  expect(registry.getProblems().get("own")).toMatchObject([{ code: "unchecked", severity: "warning" }]);
});

test("a closed registry says so", async () => {
  const project = createTestProject();
  const registry = openRegistry(project);
  await registry.loadAll();
  await registry.close();
  await registry.close();
  await expect(registry.loadAll()).rejects.toMatchObject({ code: "stopping" });
});
