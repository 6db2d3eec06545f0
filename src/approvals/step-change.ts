import type { JsonValue } from "../core/index.ts";
import type { ApprovalRow, StepKind, StepStatus } from "../store/index.ts";

/** What a resolved request makes of its step. */
export interface StepChange {
  readonly from: StepStatus;
  readonly set: {
    readonly status: StepStatus;
    readonly approval_id: string;
    readonly args_json?: string | null;
    readonly args_hash?: string | null;
    readonly result_json?: string | null;
    readonly error_json?: string | null;
  };
  /** Has the step come to its end? Its place in the order of results is given by the runner that tells the brain. */
  readonly isResult: boolean;
}

/**
 * The step after its request was resolved; null where nothing is known that the step does not say already. A granted call is
 * `approved`, to be executed once. A script's own question (a `wait`) has its answer at once, whatever it is. A call that was not
 * granted is `denied`, with what the brain is to be told.
 */
export function describeStepChange(
  row: ApprovalRow,
  stepKind: StepKind,
  result: JsonValue,
): StepChange | null {
  const isGranted = row.status === "approved" || row.status === "auto_approved";
  const common = { approval_id: row.id };
  if (row.kind === "unknown") return describeAnswer(row, result);
  if (stepKind === "wait") {
    const answer = JSON.stringify({
      approved: isGranted,
      args: row.args_json === null ? null : JSON.parse(row.args_json),
      note: row.note,
      decidedBy: row.resolved_by,
    });
    const status = isGranted ? "approved" : "denied";
    return { from: "awaiting", set: { ...common, status, result_json: answer }, isResult: true };
  }
  if (isGranted) {
    const set = {
      ...common,
      status: "approved",
      args_json: row.args_json,
      args_hash: row.args_hash,
    } as const;
    return { from: "awaiting", set, isResult: false };
  }
  return {
    from: "awaiting",
    set: { ...common, status: "denied", error_json: describeRefusal(row) },
    isResult: true,
  };
}

function describeAnswer(row: ApprovalRow, result: JsonValue): StepChange | null {
  const common = { approval_id: row.id };
  switch (row.answer) {
    case "happened":
      return {
        from: "unknown",
        set: { ...common, status: "done", result_json: JSON.stringify(result), error_json: null },
        isResult: true,
      };
    case "retry":
      return { from: "unknown", set: { ...common, status: "approved", error_json: null }, isResult: false };
    case "skip": {
      const error = {
        code: "effect_unknown",
        message: `Whether this call had its effect is not known, and ${row.resolved_by} decided to go on without it${quote(row.note)}. Do not call it again to find out.`,
      };
      return {
        from: "unknown",
        set: { ...common, status: "denied", error_json: JSON.stringify(error) },
        isResult: true,
      };
    }
    // A cancelled question changes nothing about what is not known.
    case null:
      return null;
  }
}

function describeRefusal(row: ApprovalRow): string {
  switch (row.status) {
    case "rejected":
      return refusal(
        "approval_rejected",
        `${row.resolved_by} rejected this call${quote(row.note)}. It did not run, and the same call is refused from now on.`,
      );
    case "expired":
      return refusal("approval_expired", "Nobody approved this call in time, which is a no. It did not run.");
    default:
      return refusal(
        "cancelled",
        `This call was withdrawn before anybody decided it${quote(row.note)}. It did not run.`,
      );
  }
}

function refusal(code: "approval_rejected" | "approval_expired" | "cancelled", message: string): string {
  return JSON.stringify({ code, message });
}

function quote(note: string | null): string {
  return note === null || note === "" ? "" : `: ${note.replace(/[.\s]+$/, "")}`;
}
