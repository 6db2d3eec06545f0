import type { JsonObject, JsonValue, Redactor } from "../core/index.ts";
import { canonicalJson, createRedactor, HandsError, toIso } from "../core/index.ts";
import type { ModelFinishReason } from "../models/index.ts";
import type { ApprovalRow, ExecutionRow, KeptReplyCall, StepRow, Store } from "../store/index.ts";
import { findExecution, listDeliveries, listSteps, readReplyCalls } from "../store/index.ts";
import type { RecordedError, RecordedRequest, RecordedStep, Recording } from "./types.ts";
import { RECORDING_FORMAT } from "./types.ts";

/** Ends that came from outside the hand: what it would have done next is not in the journal. */
const CUT_OFF: readonly (string | null)[] = ["cancelled", "timeout", "skipped"];

/**
 * An ended execution as a recording, from its journal. What a secret could be in it was redacted when it was journaled; `redactor` does it again
 * with what is known now.
 *
 * Throws: `execution_not_found`; `execution_state` while it goes on, and where it was cut off.
 */
export async function createRecording(
  store: Store,
  executionId: string,
  redactor: Pick<Redactor, "value"> = createRedactor(),
): Promise<Recording> {
  const row = await findExecution(store, executionId);
  if (row === undefined) throw new HandsError("execution_not_found", `there is no execution ${executionId}`);
  if (row.status !== "ended") {
    throw new HandsError(
      "execution_state",
      `execution ${row.id} is ${row.status}; only an ended one can be replayed`,
      {
        hint: "Wait for its end, or decide what it waits for.",
      },
    );
  }
  if (CUT_OFF.includes(row.outcome) || row.error_code === "crashed") {
    throw new HandsError(
      "execution_state",
      `execution ${row.id} ended as ${row.outcome ?? "nothing"} (${row.error_code ?? row.reason ?? "cut off"}), so what it would have done is not known`,
      { hint: "Replay one that came to its own end." },
    );
  }
  const recording = await readRun(store, row);
  return redactor.value(recording as unknown as JsonValue) as unknown as Recording;
}

/** The run so far, whatever its state. */
export async function readRun(store: Store, row: ExecutionRow): Promise<Recording> {
  const requests = await readRequests(store, row.id);
  const steps = await listSteps(store, row.id);
  const deliveries = await listDeliveries(store, row.id);
  return {
    format: RECORDING_FORMAT,
    handName: row.hand_name,
    executionId: row.id,
    versionHash: row.version_hash,
    trigger: row.trigger,
    scheduledFor: toIso(row.scheduled_for),
    startedAt: toIso(row.started_at ?? row.created_at),
    input: readJson(row.input_json),
    isInputUntrusted: row.is_input_untrusted === 1,
    parameters: readJson(row.parameters_json) as JsonObject | null,
    steps: steps.map((step) => toRecordedStep(step, requests.get(step.step_index), steps)),
    outcome: row.outcome ?? row.status,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error ?? "" },
    output: row.output,
    deliveries: deliveries
      .map(({ channel, format }) => ({ channel, format }))
      .sort((left, right) => (left.channel < right.channel ? -1 : 1)),
  };
}

/** What the gates asked, the newest request of each step. */
async function readRequests(store: Store, executionId: string): Promise<ReadonlyMap<number, ApprovalRow>> {
  const rows = await store.db
    .selectFrom("approval_queue")
    .selectAll()
    .where("execution_id", "=", executionId)
    .where("kind", "=", "approval")
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return new Map(rows.flatMap((row) => (row.step_index === null ? [] : [[row.step_index, row] as const])));
}

function toRecordedStep(
  step: StepRow,
  request: ApprovalRow | undefined,
  steps: readonly StepRow[],
): RecordedStep {
  const base = { index: step.step_index, name: step.name };
  const error = readJson(step.error_json) as unknown as RecordedError | null;
  switch (step.kind) {
    case "value":
      return { ...base, kind: "value", value: readJson(step.result_json) };
    case "model":
      return {
        ...base,
        kind: "model",
        order: step.result_order,
        asked: null,
        reply: toReply(step, steps),
        error,
      };
    case "tool":
    case "wait":
    case "delivery":
      return {
        ...base,
        kind: step.kind,
        order: step.result_order,
        effect: step.effect,
        args: readJson(request?.original_args_json ?? step.args_json),
        request: request === undefined ? null : toRequest(request, step),
        status: step.status,
        isUntrusted: step.is_untrusted === 1,
        result: readJson(step.result_json),
        error,
      };
  }
}

function toReply(
  step: StepRow,
  steps: readonly StepRow[],
): Extract<RecordedStep, { kind: "model" }>["reply"] {
  if (step.status !== "done" || step.result_json === null) return null;
  const { text, toolCalls, finishReason } = JSON.parse(step.result_json) as {
    text: string;
    toolCalls: readonly KeptReplyCall[];
    finishReason: ModelFinishReason;
  };
  const calls = steps.filter((other) => other.turn_index === step.step_index);
  return {
    text,
    toolCalls: readReplyCalls(toolCalls, calls).map(({ callId, name, args, rawArgs }) => ({
      callId,
      name,
      args,
      rawArgs: args === null ? rawArgs : null,
    })),
    finishReason,
    inputTokens: step.input_tokens,
    outputTokens: step.output_tokens,
  };
}

function toRequest(row: ApprovalRow, step: StepRow): RecordedRequest {
  const isEdited = row.original_args_json !== null;
  return {
    action: row.action,
    gates: JSON.parse(row.gates_json) as string[],
    autoApproveAfterMs: row.auto_approve_after_ms,
    expiresAfterMs: row.expires_at === null ? null : row.expires_at - row.created_at,
    status: row.status,
    by: row.resolved_by,
    via: row.resolved_via,
    note: row.note,
    editedArgs: isEdited ? readJson(row.args_json ?? step.args_json) : null,
  };
}

function readJson(text: string | null): JsonValue {
  return text === null ? null : (JSON.parse(text) as JsonValue);
}

/** Are two JSON values the same, whatever the order of their keys? */
export function isSame(left: JsonValue, right: JsonValue): boolean {
  return canonicalJson(left) === canonicalJson(right);
}
