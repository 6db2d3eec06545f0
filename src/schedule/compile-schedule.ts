import { HandsError, hashJson } from "../core/index.ts";
import { createCalendarDays } from "./calendar-days.ts";
import { createClockTimes } from "./clock-times.ts";
import { parseCronExpression } from "./cron-expression.ts";
import type { FireSource } from "./fire-source.ts";
import { EARLIEST_FIRE_MS, FIRES_END_MS } from "./fire-source.ts";
import { createIntervalFires, createSingleFire } from "./interval-fires.ts";
import { createMemory } from "./memory.ts";
import type { Schedule, ScheduleConfig } from "./types.ts";
import { createElapsedFires, createFixedFires } from "./wall-fires.ts";
import { createWallTimes } from "./wall-times.ts";
import { parseInstant, parseTimeOfDay } from "./written-times.ts";
import type { Zone } from "./zone.ts";
import { createZone } from "./zone.ts";

const SHORTEST_INTERVAL_SECONDS = 1;
const LONGEST_INTERVAL_SECONDS = 100 * 366 * 86_400;

/**
 * Checks a schedule and makes it ready to be asked. Costs some tenths of a millisecond; keep the result where it is asked
 * often.
 *
 * Throws: `invalid_schedule` unless exactly one of cron, interval and at is given, each part has its form, the platform
 * knows the timezone, the end is not before the start, and there is at least one fire. `details.field` names the part.
 */
export function compileSchedule(config: ScheduleConfig): Schedule {
  const zone = createZone(config.timezone ?? "UTC");
  const startMs = config.start === undefined ? null : parseInstant(config.start, zone, "start");
  const endMs = config.end === undefined ? null : parseInstant(config.end, zone, "end");
  if (startMs !== null && endMs !== null && endMs < startMs) {
    throw refuse(
      "end",
      `the schedule ends (${config.end}) before it starts (${config.start})`,
      "Move end after start.",
    );
  }
  const source = createSource(config, zone, startMs);
  const firstMs = Math.max(startMs ?? EARLIEST_FIRE_MS, EARLIEST_FIRE_MS);
  const lastMs = Math.min(endMs ?? FIRES_END_MS, FIRES_END_MS - 1);
  let hash: string | undefined;
  const schedule: Schedule = {
    config,
    // Who only asks whether a schedule is one, as loading does, does not pay for it.
    get hash() {
      hash ??= hashSchedule(config);
      return hash;
    },
    nextAfter(afterMs, anchorMs) {
      const fire = source.nextAfter(Math.max(afterMs, firstMs - 1), anchorMs);
      return fire === null || fire > lastMs ? null : fire;
    },
    countBetween(fromMs, untilMs, anchorMs) {
      const from = Math.max(fromMs, firstMs);
      const until = Math.min(untilMs, lastMs + 1);
      return until <= from ? 0 : source.countBetween(from, until, anchorMs);
    },
  };
  refuseIfItNeverFires(schedule, firstMs);
  return schedule;
}

/** A hash of what decides when a schedule fires. The same days in other words, as `1-2` and `1,2`, are two hashes. */
export function hashSchedule(config: ScheduleConfig): string {
  return hashJson({
    cron: config.cron?.trim().replace(/\s+/g, " "),
    interval: config.interval,
    at: config.at?.trim(),
    timezone: config.timezone ?? "UTC",
    start: config.start,
    end: config.end,
  });
}

function createSource(config: ScheduleConfig, zone: Zone, startMs: number | null): FireSource {
  const { cron, interval, at } = config;
  const given = [cron, interval, at].filter((part) => part !== undefined).length;
  if (given !== 1) {
    throw refuse(
      "schedule",
      given === 0
        ? "the schedule has none of cron, interval and at"
        : "the schedule has more than one of cron, interval and at",
      'Write exactly one: cron = "0 7 * * *", interval = 900, or at = "07:30".',
    );
  }
  if (cron !== undefined) return createCronSource(cron, zone);
  if (interval !== undefined) return createIntervalSource(interval, startMs);
  return createAtSource(at ?? "", zone);
}

const rememberCronSource = createMemory<FireSource>(1000);

function createCronSource(cron: string, zone: Zone): FireSource {
  return rememberCronSource(`${zone.name} ${cron}`, () => makeCronSource(cron, zone));
}

function makeCronSource(cron: string, zone: Zone): FireSource {
  const expression = parseCronExpression(cron);
  const walls = createWallTimes(createCalendarDays(expression), createClockTimes(expression));
  return expression.followsElapsedTime ? createElapsedFires(walls, zone) : createFixedFires(walls, zone);
}

function createIntervalSource(seconds: number, startMs: number | null): FireSource {
  if (!(seconds >= SHORTEST_INTERVAL_SECONDS && seconds <= LONGEST_INTERVAL_SECONDS)) {
    throw refuse(
      "interval",
      `an interval of ${seconds} seconds is not between 1 second and 100 years`,
      "Write the number of seconds between fires, at least 1.",
    );
  }
  return createIntervalFires(Math.round(seconds * 1000), startMs);
}

function createAtSource(at: string, zone: Zone): FireSource {
  const time = parseTimeOfDay(at);
  if (time === null) return createSingleFire(parseInstant(at, zone, "at"));
  const times = createClockTimes({ hours: [time.hour], minutes: [time.minute], seconds: [time.second] });
  return createFixedFires(createWallTimes(createCalendarDays({ dayFields: ["*", "*", "*"] }), times), zone);
}

/** The calendar repeats every 400 years, so what does not fire in that time never does. */
function refuseIfItNeverFires(schedule: Schedule, firstMs: number): void {
  if (schedule.nextAfter(firstMs - 1, firstMs) !== null) return;
  const { cron, at, start, end } = schedule.config;
  const isBounded = start !== undefined || end !== undefined;
  throw refuse(
    isBounded ? "schedule" : "cron",
    isBounded
      ? `the schedule has no fire between its start (${start ?? "none"}) and its end (${end ?? "none"})`
      : `${JSON.stringify(cron ?? at)} never fires: the calendar has no such day`,
    isBounded ? "Widen start and end, or take them away." : "Check the day of month against the month.",
  );
}

function refuse(field: string, message: string, hint: string): HandsError {
  return new HandsError("invalid_schedule", message, { hint, details: { field } });
}
