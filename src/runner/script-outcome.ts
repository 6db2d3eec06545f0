import type { ScriptCall, ScriptOutcome } from "../code/index.ts";
import type { ErrorCode, JsonObject, JsonValue } from "../core/index.ts";
import { isErrorCode } from "../core/index.ts";
import type { StepKind, StepRow } from "../store/index.ts";
import { readJsonText } from "./render-output.ts";

/** What a script is handed for a step that has its result. */
export function toScriptOutcome(step: StepRow, call: ScriptCall | undefined): ScriptOutcome {
  if (step.kind === "wait" && !isSleep(step)) return { ok: true, value: toDecision(step) };
  if (step.status === "done") {
    const result = step.result_json === null ? null : (JSON.parse(step.result_json) as JsonValue);
    if (step.kind === "model") return toAnswer(String((result as JsonObject)["text"] ?? ""), call);
    return { ok: true, value: result };
  }
  const error = JSON.parse(step.error_json ?? "{}") as { code?: string; message?: string };
  const message = error.message ?? "no result";
  if (step.status === "denied") {
    return {
      ok: false,
      error: { code: isErrorCode(error.code) ? error.code : "approval_rejected", message },
    };
  }
  return {
    ok: false,
    error: { code: failureCode(step, error.code), message, details: { code: error.code ?? null } },
  };
}

/** The model's text, or the JSON in it where the script asked for that. */
function toAnswer(text: string, call: ScriptCall | undefined): ScriptOutcome {
  if (call?.kind !== "ask" || call.options.format !== "json") return { ok: true, value: text };
  const read = readJsonText(text);
  return read.ok
    ? { ok: true, value: read.value }
    : { ok: false, error: { code: "invalid_output", message: read.message } };
}

/** What a script is told of a call that failed; whatever a tool itself failed with is one thing to it. */
function failureCode(step: StepRow, code: string | undefined): ErrorCode {
  if (step.kind === "model") return code === "model_not_configured" ? code : "model_failed";
  return code === "tool_not_found" || code === "tool_arguments" ? code : "tool_failed";
}

/** The name of a wait for time; other waits are named after the action they ask for. */
export const SLEEP = "sleep";

/** Is it a wait for time? An action may have that name too, but it is not woken. */
export function isSleep(step: StepRow): boolean {
  return step.kind === "wait" && step.name === SLEEP && step.wake_at !== null;
}

function toDecision(step: StepRow): JsonObject {
  if (step.result_json !== null) return JSON.parse(step.result_json) as JsonObject;
  const error = JSON.parse(step.error_json ?? "{}") as { message?: string };
  return {
    approved: false,
    args: JSON.parse(step.args_json ?? "{}"),
    note: error.message ?? null,
    decidedBy: null,
  };
}

/** The kind and name under which a call stands in the journal; a call that stands under others is another call. */
export function describeCall(call: ScriptCall): {
  readonly kind: Exclude<StepKind, "value" | "delivery">;
  readonly name: string | null;
} {
  switch (call.kind) {
    case "tool":
    case "step":
      return { kind: "tool", name: call.name };
    case "ask":
      return { kind: "model", name: null };
    case "approve":
      return { kind: "wait", name: call.action };
    case "sleep":
      return { kind: "wait", name: SLEEP };
  }
}
