import { parseDuration } from "../core/index.ts";
import type { ScheduleConfig } from "../schedule/index.ts";
import type { ScheduleToml } from "./hand-toml-schema.ts";

/** What the words of a `schedule` come to. */
export function readSchedule(written: string | Partial<ScheduleToml>): ScheduleConfig {
  if (typeof written === "string") return { cron: written };
  const { cron, interval, at, timezone, jitter, overlap, catch_up, grace, start, end } = written;
  return {
    ...(cron === undefined ? {} : { cron }),
    ...(interval === undefined ? {} : { interval: parseDuration(interval) / 1000 }),
    ...(at === undefined ? {} : { at }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(jitter === undefined ? {} : { jitterMs: parseDuration(jitter) }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(catch_up === undefined ? {} : { catchUp: catch_up }),
    ...(grace === undefined ? {} : { graceMs: parseDuration(grace) }),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
  };
}
