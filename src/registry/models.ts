import type { JsonObject } from "../core/index.ts";
import type {
  ApprovalHead,
  ApprovalStatus,
  ExecutionRow,
  ExecutionStatus,
  HandOutcome,
  HandStateRow,
  HandStatus,
} from "../store/index.ts";

/*
 * The library's records. Instants are `Date`s, so `JSON.stringify` writes them as ISO 8601 UTC; what is absent is null.
 */

/** What a hand is at. */
export interface HandState {
  readonly name: string;
  /** As it is now: disabled before error before paused before running before what is stored. */
  readonly status: HandStatus;
  readonly lastRunAt: Date | null;
  /** The next scheduled instant, before jitter. */
  readonly nextRunAt: Date | null;
  readonly runCount: number;
  readonly successCount: number;
  readonly failureCount: number;
  /** Of the newest failure; a success clears it. */
  readonly errorMessage: string | null;
  /** By itself; `status` is `paused` also where everything is. */
  readonly isPaused: boolean;
  readonly pausedAt: Date | null;
  readonly pausedBy: string | null;
  readonly pauseNote: string | null;
  /** Where an operator overrides the manifest's `enabled`. */
  readonly enabledOverride: boolean | null;
  readonly enabledOverrideBy: string | null;
}

/** One run of a hand, or fires that did not run. */
export interface HandExecution {
  readonly id: string;
  readonly handName: string;
  readonly trigger: string;
  readonly status: ExecutionStatus;
  /** Why it waits, is held or was skipped. */
  readonly reason: string | null;
  readonly outcome: HandOutcome | null;
  readonly scheduledFor: Date | null;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
  readonly output: string;
  readonly error: string | null;
  readonly approvalId: string | null;
  readonly filesGenerated: readonly string[];
}

/** A request for a decision. */
export interface ApprovalRequest {
  readonly id: string;
  readonly handName: string;
  readonly executionId: string | null;
  readonly action: string;
  readonly description: string;
  readonly context: JsonObject;
  readonly status: ApprovalStatus;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
}

/** The state of a hand that nothing is known of yet. */
export function freshHandState(name: string, status: HandStatus): HandState {
  return {
    name,
    status,
    lastRunAt: null,
    nextRunAt: null,
    runCount: 0,
    successCount: 0,
    failureCount: 0,
    errorMessage: null,
    isPaused: false,
    pausedAt: null,
    pausedBy: null,
    pauseNote: null,
    enabledOverride: null,
    enabledOverrideBy: null,
  };
}

export function toHandState(row: HandStateRow, status: HandStatus): HandState {
  return {
    name: row.hand_name,
    status,
    lastRunAt: toDate(row.last_run_at),
    nextRunAt: toDate(row.next_run_at),
    runCount: row.run_count,
    successCount: row.success_count,
    failureCount: row.failure_count,
    errorMessage: row.error_message,
    isPaused: row.is_paused === 1,
    pausedAt: toDate(row.paused_at),
    pausedBy: row.paused_by,
    pauseNote: row.pause_note,
    enabledOverride: row.enabled_override === null ? null : row.enabled_override === 1,
    enabledOverrideBy: row.enabled_override_by,
  };
}

export function toHandExecution(row: ExecutionRow): HandExecution {
  return {
    id: row.id,
    handName: row.hand_name,
    trigger: row.trigger,
    status: row.status,
    reason: row.reason,
    outcome: row.outcome,
    scheduledFor: toDate(row.scheduled_for),
    startedAt: toDate(row.started_at),
    completedAt: toDate(row.completed_at),
    output: row.output,
    error: row.error,
    approvalId: row.approval_id,
    filesGenerated: JSON.parse(row.files_generated_json) as string[],
  };
}

export function toApprovalRequest(row: ApprovalHead): ApprovalRequest {
  return {
    id: row.id,
    handName: row.hand_name,
    executionId: row.execution_id,
    action: row.action,
    description: row.description,
    context: JSON.parse(row.context_json) as JsonObject,
    status: row.status,
    createdAt: new Date(row.created_at),
    expiresAt: toDate(row.expires_at),
    resolvedAt: toDate(row.resolved_at),
    resolvedBy: row.resolved_by,
  };
}

function toDate(epochMs: number | null): Date | null {
  return epochMs === null ? null : new Date(epochMs);
}
