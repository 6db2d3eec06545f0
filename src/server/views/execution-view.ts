import { toIso } from "../../core/index.ts";
import type { DeliveryRow, ExecutionRow } from "../../store/index.ts";
import { toExecutionJson } from "../../store/index.ts";
import type { Delivery, Execution, StripMark } from "../api-types.ts";

const PREVIEW_LENGTH = 300;

/** An execution in a list. */
export function toExecution(row: ExecutionRow, nowMs: number): Execution {
  const { output: _output, ...plain } = toExecutionJson(row);
  return {
    ...plain,
    createdAt: toIso(row.created_at),
    durationMs: calculateDurationMs(row, nowMs),
    outputPreview: row.output.slice(0, PREVIEW_LENGTH),
    stepCount: row.step_count,
    isUntrusted: row.is_untrusted === 1,
  };
}

/** One mark of a strip. */
export function toStripMark(
  row: Pick<
    ExecutionRow,
    | "id"
    | "status"
    | "outcome"
    | "reason"
    | "trigger"
    | "scheduled_for"
    | "created_at"
    | "started_at"
    | "completed_at"
    | "cost_usd"
    | "error"
  >,
  nowMs: number,
): StripMark {
  return {
    id: row.id,
    status: row.status,
    outcome: row.outcome,
    reason: row.reason,
    trigger: row.trigger,
    at: toIso(row.scheduled_for ?? row.created_at),
    durationMs: calculateDurationMs(row, nowMs),
    costUsd: row.cost_usd,
    error: row.error,
  };
}

/** Output on its way. The text itself is the execution's. */
export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    executionId: row.execution_id,
    channel: row.channel,
    destination: row.destination,
    format: row.format,
    status: row.status,
    attempts: row.attempts,
    createdAt: toIso(row.created_at),
    nextAttemptAt: toIso(row.next_attempt_at),
    completedAt: toIso(row.completed_at),
    error: row.error,
    result: row.result,
  };
}

/** From the start to the end, or to now; null where it never started. */
export function calculateDurationMs(
  row: Pick<ExecutionRow, "started_at" | "completed_at">,
  nowMs: number,
): number | null {
  return row.started_at === null ? null : Math.max(0, (row.completed_at ?? nowMs) - row.started_at);
}
