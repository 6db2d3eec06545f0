import { normaliseForHuman } from "../approvals/index.ts";
import type { RequestOutcome } from "../channels/index.ts";
import { toIso } from "../core/index.ts";
import type { AskedApproval, AskedExecution } from "../store/index.ts";

/** Who pressed the button that decided, for the record. */
export interface TokenUse {
  readonly used_by: string | null;
  readonly used_by_name: string | null;
}

const LONGEST_REASON = 300;

/** What came of a request in one line: what was decided, by whom, through what, when, and what followed. Null while it waits. */
export function describeOutcome(
  approval: AskedApproval,
  asked: AskedExecution,
  use: TokenUse | undefined,
): RequestOutcome | null {
  if (approval.status === "pending") return null;
  return {
    status: isAnswered(approval) ? "answered" : approval.status,
    text: `${describeDecision(approval, use)}${describeConsequence(approval, asked)}`,
  };
}

/** Can what is said of the request still change? */
export function isSettled(approval: AskedApproval, asked: AskedExecution): boolean {
  if (approval.status === "pending") return false;
  if (!mayRun(approval) || asked.execution.status === "ended") return true;
  const step = findStep(approval, asked);
  return (
    step !== undefined && (step.status === "done" || step.status === "failed" || step.status === "denied")
  );
}

/** The decision alone: who, through what, when, and the note. */
export function describeDecision(approval: AskedApproval, use?: TokenUse): string {
  const at = formatInstant(approval.resolved_at);
  const note = approval.note === null ? "" : ` (${shorten(approval.note)})`;
  switch (approval.status) {
    case "pending":
      return "waits for a decision";
    case "expired":
      return `expired, ${at}: nobody answered in time, which is no`;
    case "cancelled":
      return `withdrawn, ${at}${note}`;
    case "auto_approved":
      return `approved by itself, ${at}: nobody objected in time`;
    case "approved":
    case "rejected": {
      const word = isAnswered(approval) ? `answered "${approval.answer}"` : approval.status;
      return `${word} by ${describePerson(approval, use)} through ${approval.resolved_via ?? "something"}, ${at}${note}`;
    }
  }
}

function describePerson(approval: AskedApproval, use: TokenUse | undefined): string {
  const by = normaliseForHuman(approval.resolved_by ?? "somebody");
  return use?.used_by === approval.resolved_by && use.used_by_name !== null
    ? `${use.used_by_name} (${by})`
    : by;
}

function describeConsequence(approval: AskedApproval, asked: AskedExecution): string {
  if (!mayRun(approval)) return "";
  const step = findStep(approval, asked);
  switch (step?.status) {
    case "done":
      return step.kind === "tool" ? "; done" : "; allowed";
    case "failed":
      return `; it failed${readReason(step.error_json)}`;
    case "denied":
      return `; it did not run${readReason(step.error_json)}`;
    case "unknown":
      return "; whether it happened is not known";
    default:
      return asked.execution.status === "ended"
        ? `; the execution ended as ${asked.execution.outcome ?? "nothing"}`
        : "; under way";
  }
}

function findStep(
  approval: AskedApproval,
  asked: AskedExecution,
): AskedExecution["steps"][number] | undefined {
  return asked.steps.find((step) => step.step_index === approval.step_index);
}

/** Does something follow from the decision? */
function mayRun({ status }: AskedApproval): boolean {
  return status === "approved" || status === "auto_approved";
}

function isAnswered({ kind, answer }: AskedApproval): boolean {
  return kind === "unknown" && answer !== null;
}

function readReason(errorJson: string | null): string {
  if (errorJson === null) return "";
  const { message } = JSON.parse(errorJson) as { readonly message?: unknown };
  return typeof message === "string" ? `: ${shorten(message)}` : "";
}

function shorten(text: string): string {
  const line = normaliseForHuman(text).replace(/\s+/g, " ").trim();
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line;
}

/** As in `2026-01-05 12:00 UTC`. */
export function formatInstant(epochMs: number | null): string {
  return epochMs === null ? "at an unknown time" : `${toIso(epochMs).slice(0, 16).replace("T", " ")} UTC`;
}
