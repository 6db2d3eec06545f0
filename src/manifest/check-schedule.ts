import { HandsError, isPlainObject } from "../core/index.ts";
import type { ScheduleConfig } from "../schedule/index.ts";
import { compileSchedule } from "../schedule/index.ts";
import type { DocumentPath } from "./document-paths.ts";
import { valueAt } from "./document-paths.ts";
import { scheduleTable } from "./hand-toml-schema.ts";
import { keepValid } from "./keep-valid.ts";
import { readSchedule } from "./read-schedule.ts";
import type { ManifestProblem } from "./types.ts";

const PATH: DocumentPath = ["hand", "schedule"];
const KINDS = ["cron", "interval", "at"] as const;

/** A schedule that nothing is wrong with, to judge one further key at a time. */
const SOUND: ScheduleConfig = { cron: "0 0 * * *" };

/** Whether the schedule can fire at all, with each fault at its own key. `isSound` says that the document fits its schema. */
export function checkSchedule(document: unknown, isSound: boolean): ManifestProblem[] {
  const written = valueAt(document, PATH);
  if (typeof written === "string" && written !== "") return tryCompile({ cron: written }, PATH);
  return isPlainObject(written) ? checkTable(written, isSound) : [];
}

function checkTable(written: Readonly<Record<string, unknown>>, isSound: boolean): ManifestProblem[] {
  const kinds = KINDS.filter((key) => Object.hasOwn(written, key));
  const [kind, second] = kinds;
  if (kind === undefined) {
    return [
      problem(
        "`schedule` says nothing about when; expected exactly one of cron, interval and at",
        PATH,
        'Add one of them, as in `cron = "0 7 * * *"`.',
      ),
    ];
  }
  if (second !== undefined) {
    return [
      problem(
        `\`schedule\` has ${kinds.join(" and ")}; expected exactly one of cron, interval and at`,
        [...PATH, second],
        "Keep the one that is meant.",
      ),
    ];
  }
  const table = readSchedule(keepValid(scheduleTable, written, { isSound }));
  const isComplete = table[kind] !== undefined;
  const whole = isComplete ? tryCompile(table, PATH, written) : [];
  if (isComplete && whole.length === 0) return [];
  // Each key by itself, so that every fault is told and stands where it was written.
  const { cron, interval, at, timezone, start, end } = table;
  const single = [
    ...(cron === undefined ? [] : tryCompile({ cron }, [...PATH, kind])),
    ...(interval === undefined ? [] : tryCompile({ interval }, [...PATH, kind])),
    ...(at === undefined ? [] : tryCompile({ at }, [...PATH, kind])),
    ...(timezone === undefined ? [] : tryCompile({ ...SOUND, timezone }, [...PATH, "timezone"])),
    ...(start === undefined ? [] : tryCompile({ ...SOUND, start }, [...PATH, "start"])),
    ...(end === undefined ? [] : tryCompile({ ...SOUND, end }, [...PATH, "end"])),
  ];
  return single.length > 0 ? single : whole;
}

/** With the table given, a fault stands at the key that it names. */
function tryCompile(
  schedule: ScheduleConfig,
  path: DocumentPath,
  table: Readonly<Record<string, unknown>> = {},
): ManifestProblem[] {
  try {
    compileSchedule(schedule);
    return [];
  } catch (error) {
    if (!(error instanceof HandsError)) throw error;
    const { field } = error.details;
    const place = typeof field === "string" && Object.hasOwn(table, field) ? [...path, field] : path;
    return [problem(error.message, place, error.hint ?? null)];
  }
}

function problem(message: string, path: DocumentPath, hint: string | null): ManifestProblem {
  return { severity: "error", code: "invalid_schedule", message, path, at: "value", hint };
}
