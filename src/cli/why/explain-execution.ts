import { count, joinWords } from "../../explain/index.ts";
import type { FireRange } from "../../schedule/index.ts";
import type { ApprovalRow, DeliveryRow, ExecutionRow } from "../../store/index.ts";
import { formatInstant, formatWhen } from "../format-time.ts";
import { shortenId } from "../resolve-id.ts";
import { explainReason } from "./explain-reason.ts";

/** An execution, and what belongs to it. */
export interface ExecutionFacts {
  readonly row: ExecutionRow;
  readonly approvals: readonly ApprovalRow[];
  readonly deliveries: readonly DeliveryRow[];
  readonly nowMs: number;
}

/** Why an execution ran or did not, why it waits, who decided, and how it ended: in that order, from the record alone. */
export function explainExecution(facts: ExecutionFacts): readonly string[] {
  return [
    ...explainStart(facts.row),
    ...explainDecisions(facts),
    ...explainState(facts),
    ...explainDeliveries(facts),
  ];
}

function explainStart(row: ExecutionRow): readonly string[] {
  const sentences = [describeTrigger(row)];
  if (row.retry_of !== null) sentences.push(`It repeats ${shortenId(row.retry_of)}.`);
  const chain = JSON.parse(row.chain_json) as readonly string[];
  if (chain.length > 0) sentences.push(`What led to it began with ${joinWords(chain)}.`);
  if (row.attempt > 1)
    sentences.push(`It was taken up ${count(row.attempt, "time")}, over waits and crashes.`);
  if (row.cancel_requested_by !== null)
    sentences.push(
      `${row.cancel_requested_by} asked to cancel it${row.cancel_requested_at === null ? "" : `, ${formatInstant(row.cancel_requested_at)}`}.`,
    );
  return sentences;
}

function describeTrigger(row: ExecutionRow): string {
  switch (row.trigger) {
    case "schedule":
      return describeFire(row);
    case "manual":
      return `Somebody started it, ${formatInstant(row.created_at)}.`;
    case "event":
      return `An event started it: ${row.event_id ?? "one without an id"}, ${formatInstant(row.created_at)}.`;
    default:
      return `Its ${row.trigger} started it${row.event_id === null ? "" : ` (${row.event_id})`}, ${formatInstant(row.created_at)}.`;
  }
}

function describeFire(row: ExecutionRow): string {
  if (row.coalesced_json !== null) {
    const { first, last, count: fireCount } = JSON.parse(row.coalesced_json) as FireRange;
    return `It stands for ${count(fireCount, "fire")} of its schedule, from ${formatInstant(first)} to ${formatInstant(last)}.`;
  }
  if (row.scheduled_for === null) return `Its schedule started it, ${formatInstant(row.created_at)}.`;
  const lateMs = row.created_at - row.scheduled_for;
  const late =
    lateMs < 60_000 ? "" : `; that fire was missed, and caught up ${formatInstant(row.created_at)}`;
  return `Its schedule fired at ${formatInstant(row.scheduled_for)}${late}.`;
}

function explainDecisions({ approvals, nowMs }: ExecutionFacts): readonly string[] {
  return approvals.map((approval) => {
    const { status, description, resolved_by, resolved_via, resolved_at, note, gates_json } = approval;
    const gates = JSON.parse(gates_json) as readonly string[];
    const asked = `It asked "${description}"${gates.length === 0 ? ", for no rule lets that run unasked" : `, for ${gates.length === 1 ? "gate" : "gates"} ${joinWords(gates)}`}`;
    if (status === "pending") {
      const expires =
        approval.expires_at === null
          ? ""
          : `; without an answer it expires ${formatWhen(approval.expires_at, nowMs)}`;
      const automatic =
        approval.auto_approve_at === null
          ? ""
          : `; without an answer it is approved ${formatWhen(approval.auto_approve_at, nowMs)}`;
      return `${asked}: not answered yet${automatic === "" ? expires : automatic}. \`hands approve ${shortenId(approval.id)}\` or \`hands reject ${shortenId(approval.id)}\` answers.`;
    }
    const who =
      resolved_by === null
        ? ""
        : ` by ${resolved_by}${resolved_via === null ? "" : ` through ${resolved_via}`}`;
    const when = resolved_at === null ? "" : `, ${formatInstant(resolved_at)}`;
    return `${asked}: ${status.replace("_", "-")}${who}${when}${note === null ? "" : `, with the note "${note}"`}.`;
  });
}

function explainState({ row, nowMs }: ExecutionFacts): readonly string[] {
  const reason = row.reason === null ? "" : explainReason(row.reason);
  switch (row.status) {
    case "queued":
      return [
        reason === ""
          ? "It waits for a process that takes it up: is `hands up` running?"
          : `It has not begun: ${reason}.`,
      ];
    case "running":
      return [`It is running, since ${formatWhen(row.started_at, nowMs)}.`];
    case "waiting": {
      const until = row.wake_at === null ? "" : `, until ${formatWhen(row.wake_at, nowMs)}`;
      return [`It waits${until}: ${reason}.`];
    }
    case "ended":
      return [describeEnd(row, reason)];
  }
}

function describeEnd(row: ExecutionRow, reason: string): string {
  if (row.outcome === "skipped") return `It did not run: ${reason}.`;
  const when = row.completed_at === null ? "" : ` at ${formatInstant(row.completed_at)}`;
  const error = row.error === null ? "" : `: ${row.error_code ?? "error"}, ${row.error}`;
  const because = reason === "" ? "" : ` (${reason})`;
  return `It ended${when} as ${row.outcome ?? "ended"}${because}${error}${error === "" || !/[.!?]$/.test(error) ? "." : ""}`;
}

function explainDeliveries({ deliveries }: ExecutionFacts): readonly string[] {
  return deliveries.map(({ channel, status, error, attempts, result, destination }) => {
    const why = error === null ? "" : `: ${error}`;
    return `Its output to ${channel} (${result ?? destination}): ${status}, after ${count(attempts, "attempt")}${why}${why.endsWith(".") ? "" : "."}`;
  });
}
