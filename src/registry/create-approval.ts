import { DEFAULT_EXPIRY_MS, requestApproval } from "../approvals/index.ts";
import type { JsonObject } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { ApprovalRow, StoreTransaction } from "../store/index.ts";

/** A request for a decision that no execution waits for. */
export interface NewApprovalRequest {
  readonly handName: string;
  readonly action: string;
  readonly description: string;
  readonly context: JsonObject;
  /** Seconds after which it is a "no". Default: 7 days. */
  readonly expiresAfter?: number;
}

/** Asks for a decision that only a human makes. */
export async function createApproval(
  transaction: StoreTransaction,
  { handName, action, description, context, expiresAfter }: NewApprovalRequest,
): Promise<ApprovalRow> {
  return await requestApproval(transaction, {
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
    expiresAfterMs: expiresAfter === undefined ? DEFAULT_EXPIRY_MS : toMilliseconds(expiresAfter),
  });
}

function toMilliseconds(expiresAfter: number): number {
  if (Number.isFinite(expiresAfter) && expiresAfter >= 0) return Math.round(expiresAfter * 1000);
  throw new HandsError(
    "invalid_argument",
    `expiresAfter is ${expiresAfter}; it is a number of seconds, at least 0`,
  );
}
