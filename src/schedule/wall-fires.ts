import type { FireSource } from "./fire-source.ts";
import { FIRES_END_MS } from "./fire-source.ts";
import type { WallTimes } from "./wall-times.ts";
import type { Zone } from "./zone.ts";
import { LARGEST_OFFSET_MS } from "./zone.ts";

/**
 * Fires at wall times that are named one by one. Each happens once: one inside a gap at the first valid instant after it,
 * together with the others of that gap; one that occurs twice the first time.
 */
export function createFixedFires(walls: WallTimes, zone: Zone): FireSource {
  return {
    nextAfter(afterMs) {
      const after = Math.floor(afterMs / 1000) * 1000;
      if (after >= FIRES_END_MS) return null;
      // Wall times up to the one now on the clock are behind us; those of an hour that is repeated may be, too.
      let wall = walls.nextFrom(after + zone.spanAt(after).offsetMs + 1000);
      while (wall !== null) {
        const fire = zone.resolveWallTime(wall);
        if (fire > after) return fire;
        wall = walls.nextFrom(wall + 1000);
      }
      return null;
    },
    countBetween(fromMs, untilMs) {
      let span = zone.spanAt(fromMs - 2 * LARGEST_OFFSET_MS);
      let reachedWall = span.fromMs + span.offsetMs;
      let count = 0;
      while (span.fromMs < untilMs) {
        const { offsetMs } = span;
        const firstWall = span.fromMs + offsetMs;
        const isGapCounted = firstWall > reachedWall && span.fromMs >= fromMs;
        // All wall times of a gap are one fire, and none of its own where the first valid wall time fires anyway.
        if (
          isGapCounted &&
          walls.count(firstWall, firstWall + 1000) === 0 &&
          walls.count(reachedWall, firstWall) > 0
        ) {
          count += 1;
        }
        count += walls.count(
          Math.max(reachedWall, firstWall, fromMs + offsetMs),
          Math.min(untilMs, span.untilMs) + offsetMs,
        );
        reachedWall = Math.max(reachedWall, span.untilMs + offsetMs);
        span = zone.spanAt(span.untilMs);
      }
      return count;
    },
  };
}

/**
 * Fires whenever the clock on the wall shows a matching time: as time elapses, so that one inside a gap does not happen
 * and one that occurs twice happens twice.
 */
export function createElapsedFires(walls: WallTimes, zone: Zone): FireSource {
  return {
    nextAfter(afterMs) {
      const first = Math.floor(afterMs / 1000) * 1000 + 1000;
      let from = first;
      while (from < FIRES_END_MS) {
        const { offsetMs, untilMs } = zone.spanAt(from);
        const wall = walls.nextFrom(from + offsetMs);
        if (wall === null) return null;
        const fire = wall - offsetMs;
        if (fire < untilMs) return fire;
        // Months without a fire are passed over, except the two days in which an earlier wall time may come again.
        const isRepeatBehind = untilMs >= first + 2 * LARGEST_OFFSET_MS;
        from = isRepeatBehind ? Math.max(untilMs, fire - 2 * LARGEST_OFFSET_MS) : untilMs;
      }
      return null;
    },
    countBetween(fromMs, untilMs) {
      let count = 0;
      let from = fromMs;
      while (from < untilMs) {
        const span = zone.spanAt(from);
        count += walls.count(from + span.offsetMs, Math.min(untilMs, span.untilMs) + span.offsetMs);
        from = span.untilMs;
      }
      return count;
    },
  };
}
