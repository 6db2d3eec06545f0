import { expect, test } from "vitest";
import { openRegistry } from "../registry/open-registry.ts";
import { createTimedProject, listFires, pass } from "./start-scheduler.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("Pause only changed a label: a paused hand does not fire, its fires share one row, and resuming catches nothing up", async () => {
  const project = createTimedProject("2026-01-05T11:59:30Z");
  project.writeHand("scout", 'schedule = "*/5 * * * *"');
  const { registry, scheduler } = await project.start();
  expect(await scheduler.pauseHand("scout")).toBe(true);
  expect(await scheduler.pauseHand("scout")).toBe(false);
  expect(await scheduler.getNextRunTime("scout")).toBeNull();
  for (let minute = 0; minute < 21; minute += 1) await pass(project, MINUTE);
  expect(await listFires(registry, "scout")).toEqual(["2026-01-05T12:00Z..2026-01-05T12:20Z x5 paused"]);
  expect(await scheduler.resumeHand("scout")).toBe(true);
  expect(await scheduler.resumeHand("scout")).toBe(false);
  await project.clock.advance(5 * MINUTE);
  expect(await listFires(registry, "scout")).toEqual([
    "2026-01-05T12:00Z..2026-01-05T12:20Z x5 paused",
    "2026-01-05T12:25Z",
  ]);
  expect(await registry.getState("scout")).toMatchObject({ runCount: 0, isPaused: false });
});

test("a clock that is set back by more than a day while a hand is paused leaves no fire of the second time without its row", async () => {
  const project = createTimedProject("2026-01-05T11:30:00Z");
  project.writeHand("scout", 'schedule = "0 12 * * *"');
  const { registry, scheduler } = await project.start();
  await scheduler.pauseHand("scout");
  await pass(project, HOUR);
  project.clock.jumpWall(-30 * HOUR);
  await project.clock.advance(1000);
  await pass(project, 6 * HOUR);
  expect(await listFires(registry, "scout")).toEqual([
    "2026-01-04T12:00Z paused",
    "2026-01-05T12:00Z paused",
  ]);
});

test("pause and counters lost at restart: a pause lasts, and the time nobody was there is paused as well", async () => {
  const project = createTimedProject("2026-01-05T11:30:00Z");
  project.writeHand("scout", 'schedule = { cron = "0 * * * *", catch_up = "all" }');
  const before = await project.start();
  await before.scheduler.pauseHand("scout");
  await pass(project, 31 * MINUTE);
  await before.stop();
  project.clock.jumpWall(3 * HOUR);
  const { registry, scheduler } = await project.start();
  await project.clock.advance(1000);
  expect(await registry.getState("scout")).toMatchObject({ status: "paused", isPaused: true });
  expect(await listFires(registry, "scout")).toEqual(["2026-01-05T12:00Z..2026-01-05T15:00Z x4 paused"]);
  await scheduler.resumeHand("scout");
  await pass(project, HOUR);
  expect((await listFires(registry, "scout")).slice(1)).toEqual(["2026-01-05T16:00Z"]);
});

test("paused time counts as dealt with also where the pause ends while no scheduler lives", async () => {
  const project = createTimedProject("2026-01-05T11:30:00Z");
  project.writeHand("scout", 'schedule = { cron = "0 * * * *", catch_up = "all" }');
  const before = await project.start();
  await before.scheduler.pauseHand("scout");
  await before.stop();
  project.clock.jumpWall(3 * HOUR);
  const command = openRegistry(project, { clock: project.clock });
  expect(await command.resume("scout")).toBe(true);
  await command.close();
  const { registry } = await project.start();
  await pass(project, 31 * MINUTE);
  expect(await listFires(registry, "scout")).toEqual([
    "2026-01-05T12:00Z..2026-01-05T14:00Z x3 paused",
    "2026-01-05T15:00Z",
  ]);
});

test("`pause --all` stops every hand, and resuming lets those fire that are not paused by themselves", async () => {
  const project = createTimedProject("2026-01-05T11:59:30Z");
  project.writeHand("one", 'schedule = "* * * * *"');
  project.writeHand("two", 'schedule = "* * * * *"');
  const { registry, scheduler } = await project.start();
  await registry.pause("two");
  await registry.pause(null);
  expect((await scheduler.getScheduledJobs()).map(({ nextRunTime }) => nextRunTime)).toEqual([null, null]);
  await project.clock.advance(2 * MINUTE);
  await registry.resume(null);
  await project.clock.advance(MINUTE);
  expect(await listFires(registry, "one")).toEqual([
    "2026-01-05T12:00Z..2026-01-05T12:01Z x2 paused",
    "2026-01-05T12:02Z",
  ]);
  expect(await listFires(registry, "two")).toEqual(["2026-01-05T12:00Z..2026-01-05T12:02Z x3 paused"]);
});
