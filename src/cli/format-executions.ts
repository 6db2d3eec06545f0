import { formatDuration } from "../core/index.ts";
import type { ExecutionJson } from "../store/index.ts";
import { formatStatusCell } from "./format-status.ts";
import { formatTable } from "./format-table.ts";
import { formatDistance, formatInstant } from "./format-time.ts";
import { toLine } from "./printable.ts";
import { shortenId } from "./resolve-id.ts";
import type { OutputStream } from "./terminal.ts";

/** Executions as a table. Ids are cut to their end, which commands take as well. */
export function formatExecutionsTable(
  out: OutputStream,
  executions: readonly ExecutionJson[],
  nowMs: number,
  wakes: ReadonlyMap<string, number | null> = new Map(),
): string {
  return formatTable(
    out,
    ["ID", "HAND", "OUTCOME", "TRIGGER", "WHEN", "TOOK", "RESULT"],
    executions.map((execution) => [
      shortenId(execution.id),
      execution.handName,
      formatStatusCell(out.colors, execution.outcome ?? execution.status),
      execution.trigger,
      describeInstant(execution, nowMs),
      describeTime(execution),
      toLine(`${describeResult(execution)}${describeWake(wakes.get(execution.id) ?? null)}`, 70),
    ]),
  );
}

function describeInstant({ startedAt, scheduledFor, completedAt }: ExecutionJson, nowMs: number): string {
  const instant = startedAt ?? scheduledFor ?? completedAt;
  return instant === null ? "-" : formatDistance(instant, nowMs);
}

function describeTime({ startedAt, completedAt }: ExecutionJson): string {
  if (startedAt === null || completedAt === null) return "-";
  return formatDuration(Date.parse(completedAt) - Date.parse(startedAt));
}

/** When what sleeps, or waits for fresh money, goes on. */
function describeWake(wakeAt: number | null): string {
  return wakeAt === null ? "" : `, goes on at ${formatInstant(wakeAt)}`;
}

/** What came of it, or why nothing did. */
export function describeResult(execution: ExecutionJson): string {
  const { error, reason, output, coalesced } = execution;
  if (error !== null) return `${error.code}: ${error.message}`;
  if (reason !== null) return `${reason}${coalesced === null ? "" : `, ${coalesced.count} fires`}`;
  return output;
}
