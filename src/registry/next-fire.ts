import type { Schedule } from "../schedule/index.ts";
import { calculateJitterMs } from "../schedule/index.ts";
import type { NextFireColumns } from "../store/index.ts";

/** The columns of a next fire: when it is scheduled, when it is acted upon, and by which schedule. */
export function calculateNextFire(next: {
  readonly handName: string;
  readonly schedule: Schedule;
  readonly nextFireAt: number | null;
  readonly anchorMs: number;
}): NextFireColumns {
  const { handName, schedule, nextFireAt, anchorMs } = next;
  const jitterMs = schedule.config.jitterMs ?? 0;
  const delayMs =
    nextFireAt === null || jitterMs === 0
      ? 0
      : calculateJitterMs({
          handName,
          fireAt: nextFireAt,
          jitterMs,
          nextFireAt: schedule.nextAfter(nextFireAt, anchorMs),
        });
  return {
    next_run_at: nextFireAt,
    due_at: nextFireAt === null ? null : nextFireAt + delayMs,
    schedule_hash: schedule.hash,
  };
}
