import { findNearest, HandsError } from "../core/index.ts";
import { createMemory } from "./memory.ts";

/** A stretch of time with one offset from UTC; `fromMs` belongs to it, `untilMs` does not. Neighbours may share an offset. */
export interface ZoneSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  /** What is added to UTC to get the wall time. */
  readonly offsetMs: number;
}

/**
 * The clocks of one timezone. A wall time is written as the epoch milliseconds that it would have if it were UTC, so that
 * arithmetic on it is plain.
 */
export interface Zone {
  readonly name: string;
  spanAt(instantMs: number): ZoneSpan;
  /**
   * The instant at which a wall time is reached: the first one where it happens twice, and the first valid instant after it
   * where it does not happen at all. Never decreases as the wall time grows.
   */
  resolveWallTime(wallMs: number): number;
}

/** No zone was ever further from UTC than this (Manila before 1844 comes nearest, at 15:56). */
export const LARGEST_OFFSET_MS = 16 * 3_600_000;

/**
 * How far apart the offset is looked up. Between two equal look-ups it is taken as unchanged, so this must be shorter than
 * the time between any change and its reversal. The shortest in the tz database is 3.98 days (Freetown, 1939).
 */
const WINDOW_MS = 3 * 86_400_000;

/** Spans are cheap to find again; the bound only keeps a long-lived schedule small. */
const MOST_WINDOWS = 64;

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** The platform knows a few hundred, and thousands of schedules share one. */
const rememberZone = createMemory<Zone>(1000);

/**
 * The clocks of a timezone, by the platform's own tz data.
 *
 * Throws: `invalid_schedule` for a name that the platform does not know. No other zone is ever put in its place.
 */
export function createZone(name: string): Zone {
  return rememberZone(name, () => makeZone(name));
}

function makeZone(name: string): Zone {
  const readOffsetMs = createOffsetReader(name);
  const windows = new Map<number, readonly ZoneSpan[]>();

  function spanAt(instantMs: number): ZoneSpan {
    const index = Math.floor(instantMs / WINDOW_MS);
    let spans = windows.get(index);
    if (spans === undefined) {
      spans = findSpans(index * WINDOW_MS, (index + 1) * WINDOW_MS, readOffsetMs);
      if (windows.size >= MOST_WINDOWS) windows.clear();
      windows.set(index, spans);
    }
    const found = spans.find((span) => instantMs < span.untilMs);
    if (found === undefined) throw new HandsError("internal", `${name} has no offset at ${instantMs}`);
    return found;
  }

  return {
    name,
    spanAt,
    resolveWallTime(wallMs) {
      let span = spanAt(wallMs - LARGEST_OFFSET_MS);
      while (wallMs >= span.untilMs + span.offsetMs) span = spanAt(span.untilMs);
      return Math.max(span.fromMs, wallMs - span.offsetMs);
    },
  };
}

function createOffsetReader(name: string): (instantMs: number) => number {
  // By definition; the platform's tz data, whose first use takes some 10 ms, is for those who name another zone.
  if (name === "UTC") return () => 0;
  const format = createFormat(name);
  return (instantMs) => {
    const match = OFFSET.exec(format.format(instantMs));
    if (match === null)
      throw new HandsError("internal", `the platform gives no offset for ${name} at ${instantMs}`);
    const [, sign, hours, minutes, seconds = "0"] = match;
    if (sign === undefined) return 0;
    const offsetMs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    return sign === "-" ? -offsetMs : offsetMs;
  };
}

function createFormat(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset", year: "numeric" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refuseName(name, error);
  }
}

function refuseName(name: string, cause: RangeError): HandsError {
  const nearest = findNearest(name, Intl.supportedValuesOf("timeZone"));
  return new HandsError("invalid_schedule", `${JSON.stringify(name)} is not a timezone`, {
    hint:
      nearest === undefined
        ? 'Write an IANA name, such as "Europe/Berlin" or "UTC".'
        : `Did you mean ${JSON.stringify(nearest)}? Timezones are IANA names.`,
    details: { field: "timezone" },
    cause,
  });
}

function findSpans(fromMs: number, untilMs: number, readOffsetMs: (instantMs: number) => number): ZoneSpan[] {
  const lastOffsetMs = readOffsetMs(untilMs);
  const spans: ZoneSpan[] = [];
  let spanFromMs = fromMs;
  let offsetMs = readOffsetMs(fromMs);
  while (offsetMs !== lastOffsetMs) {
    // `low` still has the offset, `high` has not: they meet at the change.
    let low = spanFromMs;
    let high = untilMs;
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000;
      if (readOffsetMs(middle) === offsetMs) low = middle;
      else high = middle;
    }
    if (high === untilMs) break;
    spans.push({ fromMs: spanFromMs, untilMs: high, offsetMs });
    spanFromMs = high;
    offsetMs = readOffsetMs(high);
  }
  spans.push({ fromMs: spanFromMs, untilMs, offsetMs });
  return spans;
}
