/** The zone in which this page names times: the browser's. */
export const zoneName = Intl.DateTimeFormat().resolvedOptions().timeZone;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "narrow" });

/** How long ago or from now, as in `5min ago` or `in 3h`. */
export function formatRelative(atMs: number, nowMs: number): string {
  const distanceMs = atMs - nowMs;
  const size = Math.abs(distanceMs);
  if (size < 5 * SECOND_MS) return "now";
  if (size < MINUTE_MS) return relative.format(Math.round(distanceMs / SECOND_MS), "second");
  if (size < HOUR_MS) return relative.format(Math.round(distanceMs / MINUTE_MS), "minute");
  if (size < 36 * HOUR_MS) return relative.format(Math.round(distanceMs / HOUR_MS), "hour");
  return relative.format(Math.round(distanceMs / DAY_MS), "day");
}

const absoluteFormats = new Map<string, Intl.DateTimeFormat>();

function absoluteFormat(zone: string): Intl.DateTimeFormat {
  let format = absoluteFormats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "shortOffset",
    });
    absoluteFormats.set(zone, format);
  }
  return format;
}

/** Day and time in a zone, the zone named: `Thu, 3 Jul 2026, 07:00:12 GMT+2 (Europe/Berlin)`. */
export function formatAbsolute(atMs: number, zone = zoneName): string {
  return `${absoluteFormat(zone).format(atMs)} (${zone})`;
}

/** Hours and minutes in a zone. */
export function formatClock(atMs: number, zone = zoneName): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(
    atMs,
  );
}

/** A day in words, as in `Thu 3 Jul`. */
export function formatDay(atMs: number, zone = zoneName): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
  })
    .format(atMs)
    .replace(",", "");
}

/** A length of time in its two largest units: `340 ms`, `12.4 s`, `3 min 5 s`, `2 h 10 min`, `4 d 2 h`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < SECOND_MS) return `${Math.max(0, Math.round(durationMs))} ms`;
  if (durationMs < MINUTE_MS)
    return `${(durationMs / SECOND_MS).toFixed(durationMs < 10_000 && durationMs % SECOND_MS !== 0 ? 1 : 0)} s`;
  if (durationMs < HOUR_MS) return joinUnits(durationMs, MINUTE_MS, "min", SECOND_MS, "s");
  if (durationMs < DAY_MS) return joinUnits(durationMs, HOUR_MS, "h", MINUTE_MS, "min");
  return joinUnits(durationMs, DAY_MS, "d", HOUR_MS, "h");
}

function joinUnits(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const wholes = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest === 0 ? `${wholes} ${largeName}` : `${wholes} ${largeName} ${rest} ${smallName}`;
}

/** What is left until an instant, to the second: `4:59`, `1:02:03`, `6 d 23 h`. */
export function formatCountdown(leftMs: number): string {
  if (leftMs <= 0) return "0:00";
  if (leftMs >= 2 * DAY_MS) return joinUnits(leftMs, DAY_MS, "d", HOUR_MS, "h");
  const seconds = Math.ceil(leftMs / SECOND_MS);
  const pad = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** Midnight at the beginning of the local day that an instant lies in, some days later. */
export function startOfLocalDay(atMs: number, daysLater = 0): number {
  const date = new Date(atMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + daysLater).getTime();
}
