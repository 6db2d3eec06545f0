import type { JsonObject } from "../core/index.ts";
import type { ApprovalRow, OutsideEntry, StoreTransaction } from "../store/index.ts";
import { appendEvent, listAskedOf, removeAutoApproval } from "../store/index.ts";
import { DEFAULT_EXPIRY_MS } from "./gate-approval.ts";

/** The key in a request's context under which it says why a human is asked. */
const ASKED_ALTHOUGH = "askedAlthough";

/**
 * May only a human let this call through? Once something from outside is in an execution, whatever asks for a destructive tool may be
 * asking in a stranger's name. What is delivered, and what no tool performs, is not meant: its words and its destination are gated.
 */
export function isHumansOnly(
  subject: Pick<ApprovalRow, "tool" | "effect">,
  entry: OutsideEntry | null,
): entry is OutsideEntry {
  return entry !== null && subject.tool !== null && subject.effect === "destructive";
}

/** Why a human is asked although a rule would have answered, as a part of the request's context. */
export function describeAlthough(
  withheld: { readonly by: "auto_approve_after" } | { readonly by: "rule"; readonly ruleId: string },
  entry: OutsideEntry,
): JsonObject {
  const although =
    withheld.by === "rule"
      ? `the remembered rule ${withheld.ruleId} covers this call`
      : "auto_approve_after would approve this call by itself";
  const where = entry.stepIndex === null ? "with what started it" : `at step ${entry.stepIndex}`;
  return { [ASKED_ALTHOUGH]: `asked although ${although}, because content from outside entered ${where}` };
}

/** The sentence of {@link describeAlthough}, or null where nothing was withheld. */
export function readAlthough(context: JsonObject): string | null {
  const sentence = context[ASKED_ALTHOUGH];
  return typeof sentence === "string" ? sentence : null;
}

/**
 * Something from outside has entered an execution: what it asks about destructive tools waits for humans from now on. The caller holds the
 * execution's row.
 */
export async function withdrawAutoApprovals(
  transaction: StoreTransaction,
  executionId: string,
  entry: OutsideEntry,
): Promise<void> {
  for (const row of await listAskedOf(transaction, executionId)) {
    if (isHumansOnly(row, entry)) await withdrawAutoApproval(transaction, row, entry);
  }
}

/** Takes the automatic approval from one request; one that has none stays as it is. The caller holds the execution's row. */
export async function withdrawAutoApproval(
  transaction: StoreTransaction,
  row: ApprovalRow,
  entry: OutsideEntry,
): Promise<void> {
  const although = describeAlthough({ by: "auto_approve_after" }, entry);
  const withdrawn = await removeAutoApproval(transaction, row.id, {
    contextJson: JSON.stringify({ ...(JSON.parse(row.context_json) as JsonObject), ...although }),
    expiresAt: transaction.nowMs + DEFAULT_EXPIRY_MS,
  });
  if (!withdrawn) return;
  await appendEvent(transaction, {
    type: "approval.auto_approve_withdrawn",
    handName: row.hand_name,
    executionId: row.execution_id,
    data: { approvalId: row.id, action: row.action, tool: row.tool, stepIndex: entry.stepIndex },
  });
  transaction.notify({ kind: "approval", approvalId: row.id, executionId: row.execution_id });
}
