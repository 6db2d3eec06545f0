import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { createRecordingLogger } from "../store/recording-logger.ts";
import { insertOnly } from "./insert-only.ts";
import { createTimedProject, listFires, pass } from "./start-scheduler.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("a hand fires at its time, once each, and its state says when it fires next", async () => {
  const project = createTimedProject("2026-01-05T11:59:30Z");
  project.writeHand("scout", 'schedule = "*/5 * * * *"');
  const { registry, scheduler } = await project.start();
  expect(await scheduler.getNextRunTime("scout")).toEqual(new Date("2026-01-05T12:00:00Z"));
  expect(await registry.getState("scout")).toMatchObject({ status: "scheduled" });
  await project.clock.advance(6 * MINUTE);
  expect(await listFires(registry, "scout")).toEqual(["2026-01-05T12:00Z", "2026-01-05T12:05Z"]);
  expect(await scheduler.getScheduledJobs()).toEqual([
    {
      handName: "scout",
      jobId: "hand:scout",
      nextRunTime: new Date("2026-01-05T12:10:00Z"),
      trigger: "every 5 minutes, UTC",
    },
  ]);
});

test("It never fired, and nobody was told; missed fires dropped silently: each is on record, and the newest is run", async () => {
  const project = createTimedProject("2026-01-05T11:30:00Z");
  project.writeHand("scout", 'schedule = "0 * * * *"');
  const before = await project.start();
  await pass(project, 30 * MINUTE);
  await before.stop();
  project.clock.jumpWall(5 * HOUR);
  const after = await project.start();
  await project.clock.advance(1000);
  expect(await listFires(after.registry, "scout")).toEqual([
    "2026-01-05T12:00Z",
    "2026-01-05T13:00Z..2026-01-05T16:00Z x4 missed",
    "2026-01-05T17:00Z",
  ]);
  expect(await after.registry.getState("scout")).toMatchObject({ runCount: 0 });
});

test("Twice after a restart: what fired before it does not fire again", async () => {
  const project = createTimedProject("2026-01-05T11:59:59Z");
  project.writeHand("scout", 'schedule = "0 * * * *"');
  for (let restart = 0; restart < 3; restart += 1) {
    const { stop } = await project.start();
    await project.clock.advance(2000);
    await stop();
  }
  const { registry } = await project.start();
  expect(await listFires(registry, "scout")).toEqual(["2026-01-05T12:00Z"]);
});

test("Some users want catch-up, some forbid it: a policy per hand, and coalesce for those that have none", async () => {
  const project = createTimedProject("2026-01-05T11:30:00Z");
  project.writeHand("one", 'schedule = { cron = "0 * * * *", catch_up = "one" }');
  project.writeHand("none", 'schedule = { cron = "0 * * * *", catch_up = "none" }');
  project.writeHand("silent", 'schedule = "0 * * * *"');
  await (await project.start()).stop();
  project.clock.jumpWall(3 * HOUR);
  const { registry } = await project.start({ coalesce: false });
  await project.clock.advance(1000);
  expect(await listFires(registry, "one")).toEqual([
    "2026-01-05T12:00Z..2026-01-05T13:00Z x2 missed",
    "2026-01-05T14:00Z",
  ]);
  expect(await listFires(registry, "none")).toEqual(["2026-01-05T12:00Z..2026-01-05T14:00Z x3 missed"]);
  expect(await listFires(registry, "silent")).toEqual([
    "2026-01-05T12:00Z",
    "2026-01-05T13:00Z",
    "2026-01-05T14:00Z",
  ]);
});

test("Weekdays shifted by one, day and weekday ANDed: Monday is Monday, and either day is enough", async () => {
  const project = createTimedProject("2026-01-04T00:00:00Z");
  project.writeHand("weekdays", 'schedule = "0 9 * * 1-5"');
  project.writeHand("either", 'schedule = "0 9 10 * 1"');
  const { scheduler } = await project.start();
  expect(await scheduler.getNextRunTime("weekdays")).toEqual(new Date("2026-01-05T09:00:00Z"));
  expect(await scheduler.getNextRunTime("either")).toEqual(new Date("2026-01-05T09:00:00Z"));
});

test("A bad cron became hourly, a bad timezone UTC: such a hand is broken and never fires", async () => {
  const project = createTimedProject("2026-01-05T11:30:00Z");
  project.writeHand("cron", 'schedule = "61 * * * *"');
  project.writeHand("zone", 'schedule = { cron = "0 * * * *", timezone = "Europe/Berlyn" }');
  const { registry, scheduler } = await project.start();
  await pass(project, HOUR);
  expect(await scheduler.getScheduledJobs()).toEqual([]);
  expect((await registry.listEntries()).map(({ status }) => status)).toEqual(["error", "error"]);
  expect(await registry.getRecentExecutions()).toEqual([]);
});

test("a past `at` fired every tick; `at` ignored altogether: it fires once, ever, and not for the past", async () => {
  const project = createTimedProject("2026-01-05T11:59:59Z");
  project.writeHand("once", 'schedule = { at = "2026-01-05T12:00:00Z" }');
  project.writeHand("late", 'schedule = { at = "2026-01-05T11:00:00Z" }');
  project.writeHand("daily", 'schedule = { at = "12:00" }');
  const first = await project.start();
  await project.clock.advance(5000);
  await first.stop();
  const { registry, scheduler } = await project.start();
  await project.clock.advance(5000);
  expect(await listFires(registry, "once")).toEqual(["2026-01-05T12:00Z"]);
  expect(await listFires(registry, "late")).toEqual([]);
  expect(await listFires(registry, "daily")).toEqual(["2026-01-05T12:00Z"]);
  expect(await scheduler.getNextRunTime("once")).toBeNull();
  expect(await scheduler.getNextRunTime("daily")).toEqual(new Date("2026-01-06T12:00:00Z"));
  await registry.disable("once");
  await registry.enable("once");
  await project.clock.advance(5000);
  expect(await listFires(registry, "once")).toEqual(["2026-01-05T12:00Z"]);
});

test("A day lost in the spring clock change: the fire comes at the first instant after the gap, and one a day after it", async () => {
  const project = createTimedProject("2026-03-28T12:00:00Z");
  project.writeHand(
    "night",
    'schedule = { cron = "30 2 * * *", timezone = "Europe/Berlin", catch_up = "all" }',
  );
  const { registry } = await project.start();
  for (let day = 0; day < 3; day += 1) {
    await pass(project, 24 * HOUR);
  }
  expect(await listFires(registry, "night")).toEqual([
    "2026-03-29T01:00Z",
    "2026-03-30T00:30Z",
    "2026-03-31T00:30Z",
  ]);
});

test("an interval restarted from zero at every boot: it counts from the first load, whatever happens", async () => {
  const project = createTimedProject("2026-01-05T12:00:00Z");
  project.writeHand("scout", 'schedule = { interval = "15m" }');
  for (const minutes of [10, 10, 10]) {
    const { stop } = await project.start();
    await pass(project, minutes * MINUTE);
    await stop();
  }
  const { registry } = await project.start();
  expect(await listFires(registry, "scout")).toEqual(["2026-01-05T12:15Z", "2026-01-05T12:30Z"]);
});

test("A busy event loop dropped a fire because the grace was one second: up to a minute late is on time", async () => {
  const project = createTimedProject("2026-01-05T11:59:30Z");
  project.writeHand("scout", 'schedule = { cron = "0 * * * *", catch_up = "none" }');
  const { registry } = await project.start();
  project.clock.freezeProcess(80_000);
  await project.clock.advance(1000);
  expect(await listFires(registry, "scout")).toEqual(["2026-01-05T12:00Z"]);
});

test("Jobs ran one after another: a hand whose start fails delays no other, is logged, and is tried again", async () => {
  const project = createTimedProject("2026-01-05T11:59:30Z");
  const logger = createRecordingLogger();
  for (const name of ["a", "b", "c"]) project.writeHand(name, 'schedule = "0 * * * *"');
  let failures = 3;
  const { registry } = await project.start({
    logger,
    startExecution: async (transaction, request) => {
      if (request.handName !== "b" || failures === 0) return await insertOnly(transaction, request);
      failures -= 1;
      throw new Error("no room");
    },
  });
  await project.clock.advance(30_500);
  expect(await listFires(registry, "a")).toEqual(["2026-01-05T12:00Z"]);
  expect(await listFires(registry, "c")).toEqual(["2026-01-05T12:00Z"]);
  expect(await listFires(registry, "b")).toEqual([]);
  await project.clock.advance(4000);
  expect(await listFires(registry, "b")).toEqual(["2026-01-05T12:00Z"]);
  expect(logger.lines.filter(({ level }) => level === "error")).toHaveLength(3);
});

test("a thousand hands that are due in one second all start in it", async () => {
  const project = createTimedProject("2026-01-05T11:59:59Z");
  for (let index = 0; index < 1000; index += 1) project.writeHand(`hand-${index}`, 'schedule = "0 * * * *"');
  const { registry } = await project.start();
  await project.clock.advance(1900);
  const executions = await registry.getRecentExecutions(undefined, 1000);
  expect(new Set(executions.map(({ handName }) => handName)).size).toBe(1000);
});

test("jitter delays a fire by the same hidden amount, and the record keeps the scheduled instant", async () => {
  const project = createTimedProject("2026-01-05T11:59:59Z");
  project.writeHand("scout", 'schedule = { cron = "0 * * * *", jitter = "30m", catch_up = "none" }');
  const { registry, scheduler } = await project.start();
  const store = await registry.openStore();
  const { due_at } = await store.db.selectFrom("hand_states").select("due_at").executeTakeFirstOrThrow();
  const delayMs = (due_at ?? 0) - Date.parse("2026-01-05T12:00:00Z");
  expect(delayMs).toBeGreaterThan(MINUTE);
  project.clock.jumpWall(delayMs - 1000);
  await project.clock.advance(1000);
  expect(await listFires(registry, "scout")).toEqual([]);
  await project.clock.advance(2000);
  expect(await listFires(registry, "scout")).toEqual(["2026-01-05T12:00Z"]);
  expect(await scheduler.getNextRunTime("scout")).toEqual(new Date("2026-01-05T13:00:00Z"));
});

test("a changed schedule counts from now, and never fires for the past of the new one", async () => {
  const project = createTimedProject("2026-01-05T11:30:00Z");
  project.writeHand("scout", 'schedule = "0 * * * *"');
  await (await project.start()).stop();
  project.clock.jumpWall(3 * HOUR + 10 * MINUTE);
  project.writeHand("scout", 'schedule = "*/30 * * * *"');
  const { registry, scheduler } = await project.start();
  await project.clock.advance(5000);
  expect(await listFires(registry, "scout")).toEqual([]);
  expect(await scheduler.getNextRunTime("scout")).toEqual(new Date("2026-01-05T15:00:00Z"));
});

test("a removed, disabled or broken hand has no next fire, and one that is enabled again counts from now", async () => {
  const project = createTimedProject("2026-01-05T11:30:00Z");
  const dirs = ["gone", "off", "bad"].map((name) => project.writeHand(name, 'schedule = "0 * * * *"'));
  const { registry, scheduler } = await project.start();
  expect(await scheduler.getScheduledJobs()).toHaveLength(3);
  rmSync(dirs[0] ?? "", { recursive: true });
  project.writeHand("bad", "nonsense =");
  await registry.loadAll();
  await registry.disable("off");
  expect(await scheduler.getScheduledJobs()).toEqual([]);
  for (const name of ["gone", "off", "bad"]) expect(await scheduler.getNextRunTime(name)).toBeNull();
  project.clock.jumpWall(2 * HOUR);
  await project.clock.advance(1000);
  await registry.enable("off");
  await project.clock.advance(1000);
  expect(await scheduler.getNextRunTime("off")).toEqual(new Date("2026-01-05T14:00:00Z"));
  expect(await registry.getRecentExecutions()).toEqual([]);
});

test("when the clock goes back next fires are computed anew, and nothing fires twice", async () => {
  const project = createTimedProject("2026-01-05T11:59:59Z");
  project.writeHand("scout", 'schedule = "0 * * * *"');
  project.writeHand("wrong", 'schedule = "30 * * * *"');
  const { registry, scheduler } = await project.start();
  await project.clock.advance(2000);
  project.clock.jumpWall(-10 * MINUTE);
  await project.clock.advance(15 * MINUTE);
  expect(await listFires(registry, "scout")).toEqual(["2026-01-05T12:00Z"]);
  // Two years ahead by mistake, and put right.
  project.clock.jumpWall(2 * 365 * 24 * HOUR);
  await project.clock.advance(2000);
  project.clock.jumpWall(-2 * 365 * 24 * HOUR);
  await project.clock.advance(2000);
  expect(await scheduler.getNextRunTime("scout")).toEqual(new Date("2026-01-05T13:00:00Z"));
  expect(await scheduler.getNextRunTime("wrong")).toEqual(new Date("2026-01-05T12:30:00Z"));
});

test("what is missed after the clock was set back by more than a day has its row, also where the first of it had passed before", async () => {
  const project = createTimedProject("2026-01-04T11:30:00Z");
  project.writeHand("scout", 'schedule = { cron = "0 12 * * *", catch_up = "none" }');
  const before = await project.start();
  await project.clock.advance(HOUR);
  project.clock.jumpWall(23.5 * HOUR);
  await project.clock.advance(HOUR);
  project.clock.jumpWall(-30 * HOUR);
  await project.clock.advance(1000);
  await before.stop();
  // The next fire is the 4th's once more, and nobody is there before the 7th.
  project.clock.jumpWall(79 * HOUR);
  const { registry } = await project.start();
  await project.clock.advance(1000);
  expect(await listFires(registry, "scout")).toEqual([
    "2026-01-04T12:00Z",
    "2026-01-05T12:00Z",
    "2026-01-06T12:00Z..2026-01-07T12:00Z x2 missed",
  ]);
});

test("a hand can be unscheduled and scheduled again by hand, and each call says whether it changed something", async () => {
  const project = createTimedProject("2026-01-05T11:59:00Z");
  project.writeHand("scout", 'schedule = "* * * * *"');
  project.writeHand("plain");
  const { registry, scheduler } = await project.start();
  expect(await scheduler.unscheduleHand("scout")).toBe(true);
  expect(await scheduler.unscheduleHand("scout")).toBe(false);
  await project.clock.advance(2 * MINUTE);
  expect(await listFires(registry, "scout")).toEqual([]);
  expect(await scheduler.scheduleHand(registry.getHand("scout"))).toBe("hand:scout");
  expect(await scheduler.scheduleHand(registry.getHand("plain"))).toBeUndefined();
  await project.clock.advance(MINUTE);
  expect(await listFires(registry, "scout")).toEqual(["2026-01-05T12:02Z"]);
});

test("an unknown hand “triggered” successfully: only a hand that can run is triggered, and its id is given", async () => {
  const project = createTimedProject("2026-01-05T11:59:00Z");
  project.writeHand("scout");
  project.writeHand("off", "enabled = false");
  project.writeHand("bad", "nonsense =");
  const { registry, scheduler } = await project.start();
  const id = await scheduler.triggerHandNow("scout", { input: { topic: "x" } });
  expect(await registry.getRecentExecutions()).toMatchObject([{ id, trigger: "manual", scheduledFor: null }]);
  await expect(scheduler.triggerHandNow("skout")).rejects.toMatchObject({ code: "hand_not_found" });
  await expect(scheduler.triggerHandNow("off")).rejects.toMatchObject({ code: "hand_disabled" });
  await expect(scheduler.triggerHandNow("bad")).rejects.toMatchObject({ code: "hand_broken" });
  expect(await registry.getRecentExecutions()).toHaveLength(1);
});

test("a stopped scheduler leaves no timer", async () => {
  const project = createTimedProject("2026-01-05T11:59:00Z");
  project.writeHand("scout", 'schedule = "* * * * *"');
  const { stop } = await project.start();
  await stop();
  expect(project.clock.timerCount).toBe(0);
});
