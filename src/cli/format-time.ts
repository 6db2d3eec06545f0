import { formatDuration, formatInstant } from "../core/index.ts";

export { formatInstant };

/** How far away an instant is: `in 12m`, `3h ago`, `now`. */
export function formatDistance(instant: string | number, nowMs: number): string {
  const distanceMs = new Date(instant).getTime() - nowMs;
  if (Math.abs(distanceMs) < 1000) return "now";
  const rounded = formatDuration(Math.round(Math.abs(distanceMs) / 1000) * 1000).split(" ")[0];
  return distanceMs > 0 ? `in ${rounded}` : `${rounded} ago`;
}

/** Both, or a dash where there is no instant. */
export function formatWhen(instant: string | number | null, nowMs: number): string {
  return instant === null ? "-" : `${formatInstant(instant)} (${formatDistance(instant, nowMs)})`;
}
