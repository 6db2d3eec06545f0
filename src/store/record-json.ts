import type { JsonValue } from "../core/index.ts";
import { toIso } from "../core/index.ts";
import type { ExecutionRow } from "./queries/executions.ts";
import type { StepRow } from "./queries/steps.ts";
import type { Effect, ExecutionStatus, HandOutcome, StepKind, StepStatus } from "./states.ts";

/** A failure as every face shows it. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
}

/** An execution as every face shows it. Instants are ISO 8601 UTC; what is absent is null. */
export interface ExecutionJson {
  readonly id: string;
  readonly handName: string;
  readonly trigger: string;
  readonly status: ExecutionStatus;
  readonly outcome: HandOutcome | null;
  readonly reason: string | null;
  readonly scheduledFor: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly attempt: number;
  /** Where one record stands for several fires. */
  readonly coalesced: { readonly first: string; readonly last: string; readonly count: number } | null;
  readonly retryOf: string | null;
  readonly output: string;
  readonly error: ErrorJson | null;
  readonly approvalId: string | null;
  readonly filesGenerated: readonly string[];
  readonly usage: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly costUsd: number | null;
  };
}

/** One journaled step as every face shows it. */
export interface StepJson {
  readonly index: number;
  readonly kind: Exclude<StepKind, "value">;
  readonly name: string;
  readonly effect: Effect | null;
  readonly status: StepStatus;
  readonly args: JsonValue;
  readonly result: JsonValue;
  readonly error: ErrorJson | null;
  readonly approvalId: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

/** An execution together with its steps. */
export interface ExecutionWithStepsJson extends ExecutionJson {
  readonly steps: readonly StepJson[];
}

export function toExecutionJson(row: ExecutionRow): ExecutionJson {
  return {
    id: row.id,
    handName: row.hand_name,
    trigger: row.trigger,
    status: row.status,
    outcome: row.outcome,
    reason: row.reason,
    scheduledFor: toIso(row.scheduled_for),
    startedAt: toIso(row.started_at),
    completedAt: toIso(row.completed_at),
    attempt: row.attempt,
    coalesced: toCoalescedJson(row.coalesced_json),
    retryOf: row.retry_of,
    output: row.output,
    error:
      row.error === null && row.error_code === null
        ? null
        : { code: row.error_code ?? "internal", message: row.error ?? "" },
    approvalId: row.approval_id,
    filesGenerated: JSON.parse(row.files_generated_json) as string[],
    usage: { inputTokens: row.input_tokens, outputTokens: row.output_tokens, costUsd: row.cost_usd },
  };
}

function toCoalescedJson(text: string | null): ExecutionJson["coalesced"] {
  if (text === null) return null;
  const { first, last, count } = JSON.parse(text) as { first: number; last: number; count: number };
  return { first: toIso(first), last: toIso(last), count };
}

/** The steps that people are shown: a script's journaled values are left out. */
export function toStepsJson(rows: readonly StepRow[]): readonly StepJson[] {
  return rows.flatMap((row) => (row.kind === "value" ? [] : [toStepJson(row, row.kind)]));
}

function toStepJson(row: StepRow, kind: StepJson["kind"]): StepJson {
  return {
    index: row.step_index,
    kind,
    name: row.name,
    effect: row.effect,
    status: row.status,
    args: parseJson(row.args_json),
    result: parseJson(row.result_json),
    error: parseJson(row.error_json) as ErrorJson | null,
    approvalId: row.approval_id,
    startedAt: toIso(row.started_at),
    completedAt: toIso(row.completed_at),
  };
}

function parseJson(text: string | null): JsonValue {
  return text === null ? null : (JSON.parse(text) as JsonValue);
}
