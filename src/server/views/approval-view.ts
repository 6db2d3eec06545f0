import { normaliseJsonForHuman, readSentTo, toApprovalJson } from "../../approvals/index.ts";
import type { JsonValue } from "../../core/index.ts";
import { toIso } from "../../core/index.ts";
import type { ApprovalGate } from "../../manifest/index.ts";
import type { ApprovalRow } from "../../store/index.ts";
import { listUntrusted } from "../../store/index.ts";
import type { Approval, Gate } from "../api-types.ts";
import type { ServerContext } from "../server-context.ts";
import { findConfig } from "./find-config.ts";

/** The tool that a model asks a human with. */
const REQUEST_APPROVAL = "request_approval";

/** Requests as the API shows them, with the gates of today's manifests. */
export async function toApprovals(
  context: ServerContext,
  rows: readonly ApprovalRow[],
): Promise<readonly Approval[]> {
  const handNames = [...new Set(rows.map((row) => row.hand_name))];
  const configs = await Promise.all(
    handNames.map(async (name) => [name, await findConfig(context, name)] as const),
  );
  const gatesByHand = new Map(configs.map(([name, config]) => [name, config?.approvalGates ?? []]));
  const executionIds = rows.map((row) => row.execution_id).filter((id) => id !== null);
  const untrusted = await listUntrusted(context.runtime.store, executionIds);
  const sentTo = await readSentTo(context.runtime.store, rows);
  return rows.map((row) => ({
    ...toApproval(row, gatesByHand.get(row.hand_name) ?? [], untrusted.has(row.execution_id ?? "")),
    sentTo: [...sentTo(row.id)],
    isWithheld: row.withheld_at !== null,
  }));
}

function toApproval(
  row: ApprovalRow,
  gates: readonly ApprovalGate[],
  isUntrusted: boolean,
): Omit<Approval, "sentTo" | "isWithheld"> {
  const plain = toApprovalJson(row);
  const keys = JSON.parse(row.gates_json) as readonly string[];
  const isOpen = row.status === "pending" && row.kind === "approval";
  return {
    ...plain,
    stepIndex: row.step_index,
    gates: keys.map((key) => toGate(key, gates)),
    because: findReason(row, keys),
    effect: row.effect,
    shownArgs: normaliseJsonForHuman(plain.args),
    originalArgs: row.original_args_json === null ? null : (JSON.parse(row.original_args_json) as JsonValue),
    files: JSON.parse(row.files_json) as Approval["files"],
    onNoAnswer: describeSilence(row),
    resolvedVia: row.resolved_via,
    answer: row.answer,
    ruleId: row.rule_id,
    isUntrusted,
    isEditable: isOpen && row.args_json !== null,
    isRememberable: isOpen && row.args_json !== null && row.tool !== null,
  };
}

/** A gate of today's manifest; one that is not there any more has its key alone. */
export function toGate(key: string, gates: readonly ApprovalGate[]): Gate {
  const gate = gates.find((candidate) => candidate.key === key);
  return (
    gate ?? {
      key,
      action: key,
      description: "This gate is not in the manifest any more.",
      tools: [],
      when: null,
      autoApproveAfter: null,
      expiresAfter: null,
    }
  );
}

function findReason(row: ApprovalRow, gates: readonly string[]): Approval["because"] {
  if (row.kind === "unknown") return "effect_unknown";
  if (gates.length > 0) return "gate";
  return row.tool === null || row.tool === REQUEST_APPROVAL ? "requested" : "not_unattended";
}

/** What happens if nobody answers: the earlier of automatic approval and expiry, where expiry wins a tie. */
function describeSilence(row: ApprovalRow): Approval["onNoAnswer"] {
  const waits = { consequence: "waits", at: null, isClockStopped: false } as const;
  if (row.status !== "pending" || row.kind === "unknown") return waits;
  const { auto_approve_at: approvesAt, auto_approve_after_ms: delayMs, expires_at: expiresAt } = row;
  const isClockStopped = delayMs !== null && (approvesAt === null || row.clock_stopped_at !== null);
  const expires = { consequence: "expires", at: toIso(expiresAt), isClockStopped: false } as const;
  if (delayMs === null) return expiresAt === null ? waits : expires;
  if (isClockStopped) return { consequence: "approves", at: null, isClockStopped };
  if (expiresAt !== null && approvesAt !== null && expiresAt <= approvesAt) return expires;
  return { consequence: "approves", at: toIso(approvesAt), isClockStopped };
}
