import type { HandJson } from "../registry/index.ts";
import { describeSchedule } from "../schedule/index.ts";
import { formatStatusCell } from "./format-status.ts";
import { formatTable } from "./format-table.ts";
import { formatDistance, formatWhen } from "./format-time.ts";
import { toLine } from "./printable.ts";
import type { OutputStream } from "./terminal.ts";

/** Hands as a table. */
export function formatHandsTable(out: OutputStream, hands: readonly HandJson[], nowMs: number): string {
  return formatTable(
    out,
    ["NAME", "STATUS", "NEXT RUN", "LAST RUN", "RUNS", "SCHEDULE", "DESCRIPTION"],
    hands.map((hand) => [
      hand.name,
      formatStatusCell(out.colors, hand.status),
      formatWhen(hand.nextRunAt, nowMs),
      hand.lastRunAt === null ? "-" : formatDistance(hand.lastRunAt, nowMs),
      hand.failureCount === 0 ? String(hand.runCount) : `${hand.runCount} (${hand.failureCount} failed)`,
      formatSchedule(hand.schedule),
      toLine(hand.description, 60),
    ]),
  );
}

/** A schedule in words, or a dash. */
export function formatSchedule(schedule: HandJson["schedule"]): string {
  if (schedule === null) return "-";
  const { cron, interval, at, timezone } = schedule;
  return describeSchedule({
    timezone,
    ...(cron === null ? {} : { cron }),
    ...(interval === null ? {} : { interval }),
    ...(at === null ? {} : { at }),
  });
}
