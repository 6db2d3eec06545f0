import type { JsonObject } from "../core/index.ts";
import type { ApprovalRow, Store } from "../store/index.ts";
import { listPendingApprovals } from "../store/index.ts";
import { decideApproval } from "./decide-approval.ts";
import { DEFAULT_EXPIRY_MS } from "./gate-approval.ts";
import { requestApproval } from "./request-approval.ts";
import type { Wake } from "./resolve-approval.ts";

/** A request that belongs to no execution. */
export interface StandaloneRequest {
  readonly handName: string;
  readonly action: string;
  readonly description: string;
  readonly context: JsonObject;
  /** Null: it does not expire. Default: 7 days. */
  readonly expiresAfterMs?: number | null;
}

/** Asks about something that the library's user does himself; nothing is approved by itself. */
export async function createStandaloneApproval(
  store: Store,
  request: StandaloneRequest,
): Promise<ApprovalRow> {
  const { handName, action, description, context, expiresAfterMs = DEFAULT_EXPIRY_MS } = request;
  return await store.transaction((transaction) =>
    requestApproval(transaction, {
      handName,
      executionId: null,
      stepIndex: null,
      tool: null,
      effect: null,
      args: null,
      argsHash: null,
      files: [],
      versionHash: null,
      toolVersion: null,
      todayVersionHash: null,
      gates: [],
      action,
      description,
      context,
      autoApproveAfterMs: null,
      expiresAfterMs,
    }),
  );
}

/** What can still be decided, newest first, of every hand and execution; what has expired is left out, swept or not. */
export async function findPendingApprovals(store: Store): Promise<readonly ApprovalRow[]> {
  return await listPendingApprovals(store, store.nowMs());
}

/**
 * Approves or rejects by id. True for exactly one caller; false for all others, after the expiry, and for an id that is not recorded.
 *
 * Throws: `invalid_argument` for a question that only `answerUnknown` answers.
 */
export async function resolveApprovalById(
  store: Store,
  resolution: { readonly approvalId: string; readonly isApproved: boolean; readonly by: string },
  wake: Wake,
): Promise<boolean> {
  const { approvalId, isApproved, by } = resolution;
  try {
    const decision = { kind: isApproved ? "approve" : "reject" } as const;
    const result = await decideApproval(
      store,
      { approvalId, decision, by, via: "library", note: null },
      { wake },
    );
    return result.won;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "approval_not_found") return false;
    throw error;
  }
}
