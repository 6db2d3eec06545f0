import { formatAbsolute, formatRelative } from "../format/instants.ts";
import { useNow } from "./clock.ts";

interface InstantProps {
  readonly at: string;
  readonly className?: string;
}

/** A time, relative to now; the absolute one with its zone on hover, on focus and for screen readers. */
export function Instant({ at, className }: InstantProps) {
  const atMs = Date.parse(at);
  const distanceMs = Math.abs(atMs - Date.now());
  const nowMs = useNow(distanceMs < 60_000 ? 1000 : distanceMs < 3_600_000 ? 10_000 : 60_000);
  const absolute = formatAbsolute(atMs);
  return (
    <time dateTime={at} data-tip={absolute} className={`whitespace-nowrap ${className ?? ""}`}>
      {formatRelative(atMs, nowMs)}
    </time>
  );
}
