import { normaliseForHuman, normaliseJsonForHuman, toApprovalJson } from "../approvals/index.ts";
import type { RequestButton, RequestItem, RequestMessage } from "../channels/index.ts";
import type { JsonValue } from "../core/index.ts";
import { hashJson } from "../core/index.ts";
import type { ApprovalRow, AskedApproval, AskedExecution, RequestMessageRow } from "../store/index.ts";
import type { TokenUse } from "./describe-outcome.ts";
import { describeOutcome } from "./describe-outcome.ts";

/** What a message is made from. */
export interface MessageFacts<Approval extends AskedApproval = AskedApproval> {
  readonly asked: AskedExecution<Approval>;
  /** By the id of the request; of other executions too. */
  readonly uses: ReadonlyMap<string, TokenUse>;
  readonly publicUrl: string | null;
}

/** The requests of a message, oldest first; those that are not there any more are left out. */
export function listMessageApprovals<Approval extends AskedApproval>(
  row: Pick<RequestMessageRow, "approval_ids_json">,
  asked: AskedExecution<Approval>,
): readonly Approval[] {
  const ids = JSON.parse(row.approval_ids_json) as readonly string[];
  return asked.approvals.filter((approval) => ids.includes(approval.id));
}

/** A hash of everything in a message that may change what it shows. Buttons have new secrets each time, and are no change. */
export function hashMessage(row: Pick<RequestMessageRow, "approval_ids_json">, facts: MessageFacts): string {
  const items = listMessageApprovals(row, facts.asked).map((approval) => ({
    approvalId: approval.id,
    autoApproveAt: approval.auto_approve_at,
    outcome: describeOutcome(approval, facts.asked, facts.uses.get(approval.id)),
  }));
  return hashJson(items as unknown as JsonValue);
}

/** The message as it is now, with buttons for what waits. */
export function renderMessage(
  row: Pick<RequestMessageRow, "id" | "approval_ids_json" | "created_at">,
  facts: MessageFacts<ApprovalRow>,
  parts: {
    readonly nowMs: number;
    readonly createButtons: (approval: ApprovalRow) => readonly RequestButton[];
  },
): RequestMessage {
  const { execution } = facts.asked;
  return {
    messageId: row.id,
    handName: execution.hand_name,
    executionId: execution.id,
    pageUrl:
      facts.publicUrl === null ? null : `${facts.publicUrl}/executions/${encodeURIComponent(execution.id)}`,
    createdAt: row.created_at,
    items: listMessageApprovals(row, facts.asked).map((approval) => toItem(approval, facts, parts)),
  };
}

function toItem(
  approval: ApprovalRow,
  facts: MessageFacts,
  parts: Parameters<typeof renderMessage>[2],
): RequestItem {
  const isPending = approval.status === "pending";
  return {
    approvalId: approval.id,
    action: normaliseForHuman(approval.action),
    description: describeRequest(approval),
    effect: approval.effect,
    argumentsText: formatArguments(approval),
    expiresAt: approval.expires_at,
    autoApproveAt: isPending ? predictAutoApproval(approval, parts.nowMs) : null,
    buttons: isPending && approval.kind === "approval" ? parts.createButtons(approval) : [],
    outcome: describeOutcome(approval, facts.asked, facts.uses.get(approval.id)),
  };
}

/** What is asked, and why a human is, where a rule would have answered. */
export function describeRequest(approval: ApprovalRow): string {
  const { description, askedAlthough } = toApprovalJson(approval);
  return askedAlthough === null ? description : `${description} (${normaliseForHuman(askedAlthough)})`;
}

/** The exact arguments, with everything that a human could not see written out. */
export function formatArguments(approval: Pick<ApprovalRow, "args_json">): string {
  const args = JSON.parse(approval.args_json ?? "null") as JsonValue;
  return JSON.stringify(normaliseJsonForHuman(args), null, 2);
}

/** A clock that waits for this very message to arrive starts then, which is as good as now. */
function predictAutoApproval(approval: ApprovalRow, nowMs: number): number | null {
  if (approval.clock_stopped_at !== null) return null;
  if (approval.auto_approve_at !== null) return approval.auto_approve_at;
  return approval.auto_approve_after_ms === null ? null : nowMs + approval.auto_approve_after_ms;
}
