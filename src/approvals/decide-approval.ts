import type { JsonObject } from "../core/index.ts";
import { canonicalJson, HandsError, hashJson } from "../core/index.ts";
import type { ApprovalRow, ApprovalStatus, Store, StoreTransaction } from "../store/index.ts";
import type { Remember } from "./remembered-rules.ts";
import { assertRememberable, rememberApproval } from "./remembered-rules.ts";
import type { LockedApproval, OnExpired, Resolution, Wake } from "./resolve-approval.ts";
import { loadApproval, lockApproval, resolveApproval } from "./resolve-approval.ts";
import type { BoundFile } from "./types.ts";

/** A human's decision about one request. */
export interface DecisionInput {
  readonly approvalId: string;
  /** `args` are the edited arguments, all of them. */
  readonly decision: { readonly kind: "approve"; readonly args?: JsonObject } | { readonly kind: "reject" };
  /** Who, as in a user's name or `telegram:12345`. */
  readonly by: string;
  /** Through what: `cli`, `api`, `dashboard`, a channel's name. */
  readonly via: string;
  readonly note: string | null;
  readonly remember?: Remember;
  /** The hash of the arguments that the human was shown; the decision fails where they are others. */
  readonly expectedArgsHash?: string | null;
}

/** What a decision needs besides the store. */
export interface DecisionParts {
  readonly wake: Wake;
  readonly onExpired?: OnExpired;
  /**
   * Passes edited arguments through schema and policy again and binds the files that they name. Runs before the transaction.
   * Throws: `tool_arguments`, `denied`. Without it no arguments can be edited.
   */
  readonly revalidate?: (
    row: ApprovalRow,
    args: JsonObject,
  ) => Promise<{ readonly args: JsonObject; readonly files: readonly BoundFile[] }>;
}

/** Whether this decision was the one that counts; if not, what did. */
export type DecisionResult =
  | { readonly won: true; readonly approval: ApprovalRow }
  | {
      readonly won: false;
      /** `resolved`: somebody or something was first. `expired`: its time was over. `ended`: its execution was. `args_differ`: not what was shown. */
      readonly because: "resolved" | "expired" | "ended" | "args_differ";
      readonly status: ApprovalStatus;
      readonly resolvedBy: string | null;
      readonly resolvedVia: string | null;
      /** Epoch milliseconds. */
      readonly resolvedAt: number | null;
      readonly note: string | null;
      readonly approval: ApprovalRow;
    };

/**
 * Decides a request, once: of many deciders exactly one wins, and the others are told what was decided. What is past its expiry
 * becomes expired, whoever asks. In the same transaction the step is moved, and a waiting execution is queued and woken.
 *
 * Throws: `approval_not_found`; `invalid_argument` for a question that `answerUnknown` answers, and where nothing could be
 * remembered; what `revalidate` throws.
 */
export async function decideApproval(
  store: Store,
  input: DecisionInput,
  parts: DecisionParts,
): Promise<DecisionResult> {
  const row = await loadApproval(store, input.approvalId);
  assertDecidable(row, input);
  if (row.status !== "pending") return describeLoss(row);
  const edit = await prepareEdit(row, input, parts);
  if (input.remember !== undefined && input.decision.kind === "approve") {
    const args = JSON.parse(edit?.argsJson ?? row.args_json ?? "null") as JsonObject | null;
    assertRememberable(row, args, input.remember, store.nowMs());
  }
  return await store.transaction(async (transaction) => {
    const locked = await lockApproval(transaction, input.approvalId);
    const closed = await closeIfOver(transaction, locked, parts.wake, parts.onExpired);
    if (closed !== null) return closed;
    const resolution: Resolution = {
      status: input.decision.kind === "approve" ? "approved" : "rejected",
      by: input.by,
      via: input.via,
      note: input.note,
      condition: {
        openAt: transaction.nowMs,
        argsHash: input.expectedArgsHash === undefined ? row.args_hash : input.expectedArgsHash,
      },
      ...(edit === undefined ? {} : { edit }),
    };
    const approval = await resolveApproval(transaction, locked.row, resolution, parts.wake);
    if (approval === null) return describeLoss(await loadApproval(transaction, input.approvalId));
    if (input.remember !== undefined && approval.status === "approved") {
      await rememberApproval(transaction, approval, input.remember);
    }
    return { won: true, approval };
  });
}

/** What became of a request that this decision did not resolve. */
export function describeLoss(row: ApprovalRow): DecisionResult & { readonly won: false } {
  return {
    won: false,
    because: row.status === "pending" ? "args_differ" : row.status === "expired" ? "expired" : "resolved",
    status: row.status,
    resolvedBy: row.resolved_by,
    resolvedVia: row.resolved_via,
    resolvedAt: row.resolved_at,
    note: row.note,
    approval: row,
  };
}

/**
 * Tells whoever comes too late, and closes what should be closed already: past its expiry it expires right here, and what belongs to
 * an ended execution is cancelled. Null where the request is still open.
 */
export async function closeIfOver(
  transaction: StoreTransaction,
  { row, hasEnded }: LockedApproval,
  wake: Wake,
  onExpired?: OnExpired,
): Promise<(DecisionResult & { readonly won: false }) | null> {
  if (row.status !== "pending") return describeLoss(row);
  const isExpired = row.kind === "approval" && row.expires_at !== null && row.expires_at <= transaction.nowMs;
  if (!isExpired && !hasEnded) return null;
  const over = { by: "runtime", via: "runtime", condition: { openAt: null } } as const;
  const closed = hasEnded
    ? await resolveApproval(
        transaction,
        row,
        { ...over, status: "cancelled", note: "its execution has ended" },
        null,
      )
    : await resolveApproval(transaction, row, { ...over, status: "expired", note: null, onExpired }, wake);
  const loss = describeLoss(closed ?? (await loadApproval(transaction, row.id)));
  return hasEnded ? { ...loss, because: "ended" } : loss;
}

function assertDecidable(row: ApprovalRow, input: DecisionInput): void {
  if (row.kind === "unknown") {
    throw new HandsError(
      "invalid_argument",
      `${row.id} asks whether something happened; it is not approved or rejected`,
      {
        hint: `Answer it: \`hands answer ${row.id} happened|retry|skip\`.`,
      },
    );
  }
  if (input.remember !== undefined && input.decision.kind === "reject") {
    throw new HandsError("invalid_argument", "Only an approval can be remembered", {
      hint: "To refuse a call always, add a deny rule to [policy] of hands.toml.",
    });
  }
}

async function prepareEdit(
  row: ApprovalRow,
  { decision }: DecisionInput,
  { revalidate }: DecisionParts,
): Promise<Resolution["edit"]> {
  if (decision.kind === "reject" || decision.args === undefined) return undefined;
  if (hashJson(decision.args) === row.args_hash) return undefined;
  if (row.args_json === null || revalidate === undefined) {
    throw new HandsError("invalid_argument", `the arguments of ${row.action} cannot be edited here`, {
      hint: "Approve the request as it is, or reject it with a note that says what to change.",
    });
  }
  const { args, files } = await revalidate(row, decision.args);
  return { argsJson: canonicalJson(args), argsHash: hashJson(args), filesJson: JSON.stringify(files) };
}
