import { createZone } from "./zone.ts";

const DAY_MS = 86_400_000;

/** The day of a timezone that an instant lies in: from its midnight until the next one, epoch milliseconds. */
export function findDay(
  timezone: string,
  nowMs: number,
): { readonly startsAt: number; readonly endsAt: number } {
  const zone = createZone(timezone);
  const wallMs = nowMs + zone.spanAt(nowMs).offsetMs;
  const midnightMs = Math.floor(wallMs / DAY_MS) * DAY_MS;
  return { startsAt: zone.resolveWallTime(midnightMs), endsAt: zone.resolveWallTime(midnightMs + DAY_MS) };
}
