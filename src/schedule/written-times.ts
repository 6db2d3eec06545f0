import { HandsError } from "../core/index.ts";
import type { Zone } from "./zone.ts";

/** The fields of a schedule that hold a time. */
export type TimeField = "at" | "start" | "end";

const TIME_OF_DAY = /^(\d\d):(\d\d)(?::(\d\d))?$/;
const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s?(?:([Zz])|([+-])(\d\d):?(\d\d))?$/;

/** A time of day as its hour, minute and second, or null where the text has another form. */
export function parseTimeOfDay(text: string): { hour: number; minute: number; second: number } | null {
  const match = TIME_OF_DAY.exec(text.trim());
  if (match === null) return null;
  const [hour = 0, minute = 0, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return hour < 24 && minute < 60 && second < 60 ? { hour, minute, second } : null;
}

/**
 * An ISO 8601 date with a time, as epoch milliseconds, whole seconds. Without an offset it is a wall time of the schedule's
 * zone; one inside a gap is the first valid instant after it, one that occurs twice the first.
 *
 * Throws: `invalid_schedule` for another form or a date that the calendar does not have.
 */
export function parseInstant(text: string, zone: Zone, field: TimeField): number {
  const match = INSTANT.exec(text.trim());
  if (match === null) throw refuse(text, field, "is not a date with a time");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(wallMs);
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  ) {
    throw refuse(text, field, "is not a time that exists");
  }
  const [zulu, sign, offsetHours, offsetMinutes] = match.slice(8);
  if (zulu !== undefined) return wallMs;
  if (sign === undefined) return zone.resolveWallTime(wallMs);
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return sign === "-" ? wallMs + offsetMs : wallMs - offsetMs;
}

function refuse(text: string, field: TimeField, reason: string): HandsError {
  const daily = field === "at" ? '"07:30" for every day, or ' : "";
  return new HandsError("invalid_schedule", `${field}: ${JSON.stringify(text)} ${reason}`, {
    hint: `Write ${daily}"2026-01-31T07:30:00Z"; without "Z" or an offset it is the time in the schedule's timezone.`,
    details: { field },
  });
}
