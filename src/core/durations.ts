import { HandsError } from "./errors.ts";

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
type Unit = keyof typeof UNIT_MS;

const PART = /(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)/gy;

/** A duration as `parseDuration` reads it, or null where it is negative, too long for a number, or not of that form. */
export function readDuration(value: number | string): number | null {
  const milliseconds = typeof value === "number" ? value * 1000 : parseText(value);
  if (milliseconds === undefined || !Number.isFinite(milliseconds) || milliseconds < 0) return null;
  return Math.round(milliseconds);
}

/**
 * A duration in milliseconds. A number is seconds; a text has parts with units, as in `"90s"`, `"15m"`, `"1h 30m"`,
 * `"500ms"`, or is a bare number of seconds.
 *
 * Throws: `invalid_argument` when it is negative, not finite, or not of that form.
 */
export function parseDuration(value: number | string): number {
  const milliseconds = readDuration(value);
  if (milliseconds === null) {
    throw new HandsError("invalid_argument", `${JSON.stringify(value)} is not a duration`, {
      hint: 'Write a number of seconds (900) or a text with a unit ("500ms", "30s", "15m", "2h", "1d").',
    });
  }
  return milliseconds;
}

function parseText(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  let total = 0;
  let position = 0;
  while (position < trimmed.length) {
    PART.lastIndex = position;
    const match = PART.exec(trimmed);
    if (match === null) return undefined;
    total += Number(match[1]) * UNIT_MS[match[2] as Unit];
    position = PART.lastIndex;
    while (trimmed[position] === " ") position += 1;
  }
  return trimmed.length === 0 ? undefined : total;
}

/** A duration for people, in at most two units: `1.2s`, `45s`, `3m 20s`, `2h 5m`, `6d 1h`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)}ms`;
  if (durationMs < 10_000) return `${Math.round(durationMs / 100) / 10}s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return pair(Math.floor(seconds / 60), "m", seconds % 60, "s");
  if (seconds < 86_400) return pair(Math.floor(seconds / 3600), "h", Math.floor((seconds % 3600) / 60), "m");
  return pair(Math.floor(seconds / 86_400), "d", Math.floor((seconds % 86_400) / 3600), "h");
}

function pair(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major}${majorUnit}` : `${major}${majorUnit} ${minor}${minorUnit}`;
}
