import type { ScriptCall, ScriptOutcome } from "../code/index.ts";
import type { JsonObject, JsonValue } from "../core/index.ts";
import { isErrorCode } from "../core/index.ts";
import type { StepKind, StepRow } from "../store/index.ts";

/** What a script is handed for a step that has its result. */
export function toScriptOutcome(step: StepRow): ScriptOutcome {
  if (step.kind === "wait" && step.name !== SLEEP) return { ok: true, value: toDecision(step) };
  if (step.status === "done") {
    const result = step.result_json === null ? null : (JSON.parse(step.result_json) as JsonValue);
    if (step.kind === "model") return { ok: true, value: (result as JsonObject)["text"] ?? "" };
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
  return { ok: false, error: { code: "tool_failed", message, details: { code: error.code ?? null } } };
}

/** The name of a wait for time; other waits are named after the action they ask for. */
export const SLEEP = "sleep";

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
