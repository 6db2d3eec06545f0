import { expect, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { describeEachStore } from "../support/stores.ts";
import { createTestProject } from "./hands-folder.ts";
import { openRegistry } from "./open-registry.ts";

describeEachStore("states, executions and approvals of a registry", (openStore) => {
  test("the state of an unknown hand is fresh and idle", async () => {
    const registry = openRegistry(createTestProject(), { store: await openStore() });
    expect(await registry.getState("nobody")).toMatchObject({
      name: "nobody",
      status: "idle",
      lastRunAt: null,
      runCount: 0,
      isPaused: false,
    });
  });

  test("fields of a state are set, persisted, and the others stay", async () => {
    const project = createTestProject();
    const store = await openStore();
    const registry = openRegistry(project, { store });
    const lastRunAt = new Date("2026-01-05T12:00:00Z");
    await registry.updateState("scout", { lastRunAt, runCount: 7 });
    await registry.updateState("scout", { errorMessage: "no" });
    const state = await openRegistry(project, { store }).getState("scout");
    expect(state).toMatchObject({ lastRunAt, runCount: 7, errorMessage: "no" });
    expect(JSON.parse(JSON.stringify(state))).toMatchObject({ lastRunAt: "2026-01-05T12:00:00.000Z" });
  });

  test("Double logging, duration always zero, error text never cleared: one record a run, under the id that was returned", async () => {
    const registry = openRegistry(createTestProject(), { store: await openStore() });
    const startedAt = new Date("2026-01-05T12:00:00Z");
    const completedAt = new Date("2026-01-05T12:00:03Z");
    const run = { handName: "scout", trigger: "manual", startedAt, completedAt } as const;
    const failed = await registry.logExecution({ ...run, outcome: "failure", error: "no disk" });
    expect(await registry.getState("scout")).toMatchObject({
      status: "error",
      errorMessage: "no disk",
      lastRunAt: startedAt,
    });
    await registry.logExecution({ ...run, outcome: "skipped" });
    const succeeded = await registry.logExecution({ ...run, outcome: "success", output: "fine" });
    await registry.logExecution({ ...run, handName: "other", outcome: "timeout" });
    expect(await registry.getState("scout")).toMatchObject({
      status: "idle",
      errorMessage: null,
      runCount: 2,
      successCount: 1,
      failureCount: 1,
    });
    expect(await registry.getState("other")).toMatchObject({ failureCount: 1, errorMessage: "timeout" });
    const executions = await registry.getRecentExecutions("scout");
    expect(executions.map(({ id }) => id)).toEqual([succeeded, expect.any(String), failed]);
    expect(executions[0]).toMatchObject({ output: "fine", startedAt, completedAt, outcome: "success" });
    expect(await registry.getRecentExecutions(undefined, 1)).toHaveLength(1);
  });

  test("of many deciders exactly one resolves a request, and an unknown one is resolved by nobody", async () => {
    const store = await openStore();
    const registry = openRegistry(createTestProject(), { store });
    const request = await registry.createApproval({
      handName: "scout",
      action: "pay",
      description: "Pay the invoice",
      context: { amount: 5 },
    });
    expect(request).toMatchObject({ status: "pending", context: { amount: 5 }, resolvedAt: null });
    const decided = await Promise.all(
      [true, false, true, false].map((approved, index) =>
        registry.resolveApproval(request.id, approved, `person ${index}`),
      ),
    );
    expect(decided.filter(Boolean)).toHaveLength(1);
    expect(await registry.getPendingApprovals()).toEqual([]);
    expect(await registry.resolveApproval("nothing", true)).toBe(false);
  });

  test("pending requests come newest first", async () => {
    const registry = openRegistry(createTestProject(), { store: await openStore() });
    for (const action of ["first", "second"]) {
      await registry.createApproval({ handName: "scout", action, description: action, context: {} });
    }
    expect((await registry.getPendingApprovals()).map(({ action }) => action)).toEqual(["second", "first"]);
  });

  test("a pause and an override outlive the registry, are told apart, and each call says whether it changed something", async () => {
    const project = createTestProject();
    project.writeHand("scout", "enabled = false");
    project.writeHand("other");
    const store = await openStore();
    const registry = openRegistry(project, { store });
    await registry.loadAll();
    expect(await registry.pause("other", { by: "ann", note: "holiday" })).toBe(true);
    expect(await registry.pause("other")).toBe(false);
    expect(await registry.enable("scout", "ann")).toBe(true);
    expect(await registry.enable("scout")).toBe(false);
    await expect(registry.pause("nobody")).rejects.toMatchObject({ code: "hand_not_found" });
    await expect(registry.disable("nobody")).rejects.toMatchObject({ code: "hand_not_found" });

    const later = openRegistry(project, { store });
    await later.loadAll();
    expect(await later.getState("other")).toMatchObject({
      status: "paused",
      pausedBy: "ann",
      pauseNote: "holiday",
    });
    expect(await later.getState("scout")).toMatchObject({ enabledOverride: true, enabledOverrideBy: "ann" });
    expect(later.getEnabledHands().map(({ name }) => name)).toEqual(["other", "scout"]);
    expect(later.getHand("scout").enabled).toBe(true);
    expect(await later.disable("scout")).toBe(true);
    expect(await later.getState("scout")).toMatchObject({ status: "disabled", enabledOverride: null });
    expect(await later.lookUp("scout")).toMatchObject({ kind: "disabled" });
    expect(await later.resume("other")).toBe(true);
    expect(await later.resume("other")).toBe(false);
    const events = await store.db.selectFrom("events").select(["type", "is_audited"]).orderBy("id").execute();
    expect(events.filter(({ type }) => type.startsWith("hand.")).map(({ type }) => type)).toEqual([
      "hand.paused",
      "hand.enabled",
      "hand.disabled",
      "hand.resumed",
    ]);
    expect(events.every(({ is_audited }) => is_audited === 1)).toBe(true);
  });

  test("everything can be paused, and a hand that is paused by itself stays so", async () => {
    const project = createTestProject();
    project.writeHand("scout");
    project.writeHand("other");
    const registry = openRegistry(project, { store: await openStore() });
    await registry.loadAll();
    await registry.pause("scout");
    expect(await registry.pause(null)).toBe(true);
    expect(await registry.pause(null)).toBe(false);
    expect((await registry.listEntries()).map(({ status }) => status)).toEqual(["paused", "paused"]);
    expect(await registry.resume(null)).toBe(true);
    expect(await registry.resume(null)).toBe(false);
    expect((await registry.listEntries()).map(({ status }) => status)).toEqual(["idle", "paused"]);
  });

  test("what an operator of another process enables or disables is heard of", async () => {
    const project = createTestProject();
    project.writeHand("scout");
    const here = openRegistry(project, { store: await openStore() });
    await here.watch();
    const heard = new Promise((resolve) => here.onReload(resolve));
    await openRegistry(project, { store: await openStore() }).disable("scout");
    expect(await heard).toMatchObject({ changed: ["scout"] });
    expect(here.getEnabledHands()).toEqual([]);
  });

  test("held executions are let go when their hand is mended, enabled or resumed, and woken", async () => {
    const project = createTestProject();
    project.writeHand("scout", "nonsense =");
    const store = await openStore();
    const woken: string[] = [];
    const registry = openRegistry(project, { store, wake: async (_, { id }) => void woken.push(id) });
    await registry.loadAll();
    const id = await registry.logExecution({ handName: "scout", trigger: "manual", outcome: "success" });
    const hold = (reason: string) =>
      store.transaction(async ({ db }) => {
        await db
          .updateTable("hand_executions")
          .set({ status: "queued", reason })
          .where("id", "=", id)
          .execute();
      });
    await hold("hand_broken");
    project.writeHand("scout");
    await registry.loadAll();
    expect(woken).toEqual([id]);
    await registry.disable("scout");
    await hold("hand_disabled");
    await registry.enable("scout");
    expect(woken).toEqual([id, id]);
    await registry.pause("scout");
    await hold("paused");
    await registry.resume("scout");
    expect(woken).toEqual([id, id, id]);
  });
});

test("an expired request is not pending, and cannot be approved", async () => {
  const clock = createFakeClock();
  const registry = openRegistry(createTestProject(), { clock });
  const request = { handName: "scout", action: "pay", description: "Pay", context: {} };
  const { id, expiresAt } = await registry.createApproval({ ...request, expiresAfter: 60 });
  expect(expiresAt?.getTime()).toBe(clock.now() + 60_000);
  clock.jumpWall(60_000);
  expect(await registry.getPendingApprovals()).toEqual([]);
  expect(await registry.resolveApproval(id, true)).toBe(false);
  await expect(registry.createApproval({ ...request, expiresAfter: -1 })).rejects.toMatchObject({
    code: "invalid_argument",
  });
});

test("while a hand is paused the clocks of its automatic approvals stand still", async () => {
  const clock = createFakeClock();
  const project = createTestProject();
  project.writeHand("scout");
  const registry = openRegistry(project, { clock });
  const { id } = await registry.createApproval({
    handName: "scout",
    action: "pay",
    description: "Pay",
    context: {},
  });
  const store = await registry.openStore();
  const dueAt = clock.now() + 60_000;
  await store.transaction(async ({ db }) => {
    await db
      .updateTable("approval_queue")
      .set({ auto_approve_at: dueAt, auto_approve_after_ms: 60_000 })
      .execute();
  });
  await registry.pause("scout");
  clock.jumpWall(3_600_000);
  await registry.resume("scout");
  const row = await store.db
    .selectFrom("approval_queue")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({ auto_approve_at: dueAt + 3_600_000, clock_stopped_at: null });
});

test("Counters lost at restart: what was counted is there when the file is opened again, and counting goes on", async () => {
  const project = createTestProject();
  const startedAt = new Date("2026-01-05T12:00:00Z");
  const run = { handName: "scout", trigger: "manual", startedAt, completedAt: startedAt } as const;
  const before = openRegistry(project);
  await before.logExecution({ ...run, outcome: "success" });
  await before.logExecution({ ...run, outcome: "failure", error: "no disk" });
  await before.close();
  const after = openRegistry(project);
  expect(await after.getState("scout")).toMatchObject({ runCount: 2, successCount: 1, failureCount: 1 });
  await after.logExecution({ ...run, outcome: "success" });
  expect(await after.getState("scout")).toMatchObject({ runCount: 3, successCount: 2, failureCount: 1 });
});
