import type { JsonObject, JsonValue } from "../core/index.ts";
import { toIso } from "../core/index.ts";
import type { ApprovalKind, ApprovalRow, ApprovalStatus } from "../store/index.ts";
import { normaliseForHuman } from "./human-text.ts";
import { readAlthough } from "./outside-content.ts";

/** A request as every face shows it. Instants are ISO 8601 UTC; what is absent is null. */
export interface ApprovalJson {
  readonly id: string;
  readonly handName: string;
  readonly executionId: string | null;
  readonly kind: ApprovalKind;
  readonly action: string;
  /** Keys of the gates that made it ask, joined by `+`. */
  readonly gate: string | null;
  readonly tool: string | null;
  readonly description: string;
  readonly context: JsonObject;
  /** Why a human is asked although a rule would have answered: content from outside entered the execution. Else null. */
  readonly askedAlthough: string | null;
  /** Exactly what would run. Show it to people through `normaliseJsonForHuman`. */
  readonly args: JsonValue;
  readonly argsHash: string | null;
  readonly status: ApprovalStatus;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly autoApproveAt: string | null;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
  readonly note: string | null;
}

/** The record of a request. */
export function toApprovalJson(row: ApprovalRow): ApprovalJson {
  const gates = JSON.parse(row.gates_json) as readonly string[];
  const context = JSON.parse(row.context_json) as JsonObject;
  return {
    id: row.id,
    handName: row.hand_name,
    executionId: row.execution_id,
    kind: row.kind,
    action: normaliseForHuman(row.action),
    gate: gates.length === 0 ? null : gates.join("+"),
    tool: row.tool,
    description: normaliseForHuman(row.description),
    context,
    askedAlthough: readAlthough(context),
    args: row.args_json === null ? null : (JSON.parse(row.args_json) as JsonValue),
    argsHash: row.args_hash,
    status: row.status,
    createdAt: toIso(row.created_at),
    expiresAt: toIso(row.expires_at),
    autoApproveAt: toIso(row.auto_approve_at),
    resolvedAt: toIso(row.resolved_at),
    resolvedBy: row.resolved_by,
    note: row.note,
  };
}
