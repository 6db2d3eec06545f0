import type { JsonValue } from "../../core/index.ts";
import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import type { Translation } from "./translation.ts";

const TO: DocumentPath = ["hand", "schedule"];
const BY_HAND = new Set(["", "on-demand", "on_demand", "ondemand", "manual", "reactive", "none", "never"]);
const NICKNAMES = new Set(["hourly", "daily", "weekly", "monthly", "yearly"]);
const DURATION = /^\d+(?:\.\d+)?\s*(?:s|m|h|d|w)$/;

/** A schedule that is a text: a cron expression, a word such as `on-demand` or `daily`, or a duration. Gives whether it was one. */
export function readScheduleText(translation: Translation, from: DocumentPath): boolean {
  const written = translation.at(from);
  if (typeof written !== "string") return false;
  const text = written.trim();
  const word = text.toLowerCase();
  const every = word.replace(/^every\s+/, "");
  if (BY_HAND.has(word))
    translation.noteMapped(from, ["hand"], "no schedule: it runs when somebody starts it");
  else if (NICKNAMES.has(word)) translation.move(from, TO, `@${word}`, { reason: `\`@${word}\`, in UTC` });
  else if (DURATION.test(every)) translation.move(from, TO, { interval: every });
  else translation.move(from, TO, text);
  return true;
}

/** Seconds between fires. */
export function readInterval(translation: Translation, from: DocumentPath, secondsPerUnit = 1): boolean {
  const value = translation.at(from);
  if (value === undefined) return false;
  const isBareNumber = typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value));
  const interval: JsonValue = isBareNumber ? Number(value) * secondsPerUnit : (value as JsonValue);
  if (typeof interval !== "number" && typeof interval !== "string") {
    translation.loseWrong(from, "a duration");
    return false;
  }
  translation.move(from, [...TO, "interval"], interval);
  return true;
}

/** A cron expression in a table, with its timezone. */
export function readCron(translation: Translation, base: DocumentPath, cronKeys: readonly string[]): boolean {
  const key = cronKeys.find((name) => typeof translation.at([...base, name]) === "string");
  if (key === undefined) return false;
  translation.moveText([...base, key], [...TO, "cron"]);
  const zone = ["timezone", "tz"].find((name) => translation.at([...base, name]) !== undefined);
  if (zone !== undefined) translation.moveText([...base, zone], [...TO, "timezone"]);
  return true;
}

/** LibreFang's schedule of an agent: `"reactive"`, or a table with one of `continuous`, `periodic` and `proactive`. */
export function readAgentSchedule(translation: Translation, from: DocumentPath): void {
  const schedule = translation.at(from);
  if (schedule === undefined || readScheduleText(translation, from)) return;
  if (!isPlainObject(schedule)) {
    translation.loseWrong(from, "a text or a table");
    return;
  }
  readInterval(translation, [...from, "continuous", "check_interval_secs"]);
  if (translation.nativeAt(TO) === undefined) readCron(translation, [...from, "periodic"], ["cron"]);
  if (Object.hasOwn(schedule, "proactive"))
    translation.lose(
      [...from, "proactive"],
      "conditions in words start nothing here: write a schedule or [triggers] events",
    );
}
