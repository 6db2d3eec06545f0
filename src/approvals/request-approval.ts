import type { JsonObject } from "../core/index.ts";
import { canonicalJson, HandsError, hashJson, toIso } from "../core/index.ts";
import type {
  ApprovalKind,
  ApprovalRow,
  ApprovalRuleRow,
  NewApproval,
  StoreTransaction,
} from "../store/index.ts";
import { appendEvent, countRuleUse, findOutsideEntry, insertApproval, isHandPaused } from "../store/index.ts";
import { DEFAULT_EXPIRY_MS } from "./gate-approval.ts";
import { normaliseForHuman, normaliseJsonForHuman } from "./human-text.ts";
import { describeAlthough, isHumansOnly } from "./outside-content.ts";
import { findRule } from "./remembered-rules.ts";
import type { ApprovalSubject, AskDecision } from "./types.ts";

/** One request for a decision: what it is about, and what the policy decided. A decision can be spread into it. */
export interface ApprovalRequestInput extends ApprovalSubject, Omit<AskDecision, "kind"> {
  /** What else the human is shown. */
  readonly context: JsonObject;
  /**
   * When the delay of an automatic approval begins. `starts_on_delivery` waits for {@link startAutoApproveClock}, once the request
   * reached an approver's channel. A delay of 0 does not wait. Default: `starts_now`.
   */
  readonly autoApproveClock?: "starts_now" | "starts_on_delivery";
  /** The hash of the hand's folder as it is today; remembered rules answer only where it is the version that runs. */
  readonly todayVersionHash: string | null;
}

/**
 * Asks: inserts one row of the queue, with its event. The row comes back `approved` where a remembered rule answers it,
 * `auto_approved` where the delay is 0 and the hand is not paused, and `pending` otherwise: the step takes its status from that. Neither
 * happens to a destructive tool once something from outside is in the execution; the request's context says so then.
 *
 * The caller holds the execution's row, and writes the step in the same transaction.
 */
export async function requestApproval(
  transaction: StoreTransaction,
  wanted: ApprovalRequestInput,
): Promise<ApprovalRow> {
  const { nowMs } = transaction;
  const { request, rule } = await chooseAnswerer(transaction, wanted);
  const delayMs = request.autoApproveAfterMs;
  const isPaused = delayMs !== null && (await isHandPaused(transaction, request.handName));
  const isClockStarted =
    delayMs !== null && (delayMs === 0 || request.autoApproveClock !== "starts_on_delivery");
  const isAtOnce = delayMs === 0 && !isPaused && request.expiresAfterMs !== 0;

  const pending: NewApproval = {
    ...describeSubject(transaction, "approval", request),
    gates_json: JSON.stringify(request.gates),
    expires_at: request.expiresAfterMs === null ? null : nowMs + request.expiresAfterMs,
    auto_approve_at: isClockStarted ? nowMs + delayMs : null,
    auto_approve_after_ms: delayMs,
    clock_stopped_at: isClockStarted && isPaused ? nowMs : null,
  };
  if (rule !== undefined && (await countRuleUse(transaction, rule.id))) {
    const by = { resolved_at: nowMs, resolved_by: rule.created_by, resolved_via: "rule", rule_id: rule.id };
    return await insertRequest(transaction, { ...pending, status: "approved", ...by });
  }
  if (!isAtOnce) return await insertRequest(transaction, pending);
  const by = { resolved_at: nowMs, resolved_by: "runtime", resolved_via: "runtime" };
  return await insertRequest(transaction, { ...pending, status: "auto_approved", ...by });
}

/** What a question about an effect needs: whether the call happened, nobody but a human can say. */
export interface UnknownRequestInput extends ApprovalSubject {
  readonly action: string;
  readonly description: string;
  readonly context: JsonObject;
}

/**
 * Asks whether the effect of an interrupted call happened. Nothing answers it by itself, and it does not expire. The caller holds the
 * execution's row and makes the step `unknown` in the same transaction.
 */
export async function requestUnknown(
  transaction: StoreTransaction,
  request: UnknownRequestInput,
): Promise<ApprovalRow> {
  return await insertRequest(transaction, describeSubject(transaction, "unknown", request));
}

function describeSubject(
  transaction: StoreTransaction,
  kind: ApprovalKind,
  request: UnknownRequestInput,
): NewApproval {
  const argsHash = request.args === null ? null : hashJson(request.args);
  if (request.argsHash !== null && request.argsHash !== argsHash) {
    throw new HandsError(
      "internal",
      `the arguments of ${request.action} do not have the hash they were given`,
      {
        details: { executionId: request.executionId, stepIndex: request.stepIndex },
      },
    );
  }
  return {
    id: transaction.ids.next(),
    hand_name: request.handName,
    execution_id: request.executionId,
    step_index: request.stepIndex,
    kind,
    action: normaliseForHuman(request.action),
    description: normaliseForHuman(request.description),
    context_json: JSON.stringify(normaliseJsonForHuman(request.context)),
    status: "pending",
    created_at: transaction.nowMs,
    expires_at: null,
    resolved_at: null,
    resolved_by: null,
    resolved_via: null,
    note: null,
    gates_json: "[]",
    tool: request.tool,
    effect: request.effect,
    args_json: request.args === null ? null : canonicalJson(request.args),
    args_hash: argsHash,
    original_args_json: null,
    files_json: JSON.stringify(request.files),
    version_hash: request.versionHash,
    tool_version: request.toolVersion,
    auto_approve_at: null,
    auto_approve_after_ms: null,
    clock_stopped_at: null,
    answer: null,
    rule_id: null,
    withheld_at: null,
  };
}

/** Who may answer besides a human. Read in the transaction that asks, so that what entered a moment ago counts. */
async function chooseAnswerer(
  transaction: StoreTransaction,
  request: ApprovalRequestInput,
): Promise<{ readonly request: ApprovalRequestInput; readonly rule: ApprovalRuleRow | undefined }> {
  const rule = await findUsableRule(transaction, request);
  const { executionId, autoApproveAfterMs } = request;
  const entry = executionId === null ? null : await findOutsideEntry(transaction, executionId);
  if (!isHumansOnly(request, entry)) return { request, rule };
  if (rule === undefined && autoApproveAfterMs === null) return { request, rule };
  const withheld =
    rule === undefined ? ({ by: "auto_approve_after" } as const) : ({ by: "rule", ruleId: rule.id } as const);
  const forHumans = {
    ...request,
    autoApproveAfterMs: null,
    expiresAfterMs: request.expiresAfterMs ?? DEFAULT_EXPIRY_MS,
    context: { ...request.context, ...describeAlthough(withheld, entry) },
  };
  return { request: forHumans, rule: undefined };
}

async function findUsableRule(
  transaction: StoreTransaction,
  request: ApprovalRequestInput,
): Promise<ApprovalRuleRow | undefined> {
  const { tool, args, versionHash } = request;
  if (tool === null || args === null || versionHash !== request.todayVersionHash) return undefined;
  return await findRule(transaction, {
    handName: request.handName,
    executionId: request.executionId,
    tool,
    action: request.action,
    args,
    argsHash: hashJson(args),
    files: request.files,
    gates: request.gates,
    versionHash,
    toolVersion: request.toolVersion,
  });
}

async function insertRequest(transaction: StoreTransaction, wanted: NewApproval): Promise<ApprovalRow> {
  const row = await insertApproval(transaction, wanted);
  const about = { handName: row.hand_name, executionId: row.execution_id };
  const subject = {
    approvalId: row.id,
    kind: row.kind,
    action: row.action,
    tool: row.tool,
    argsHash: row.args_hash,
  };
  await appendEvent(transaction, {
    type: "approval.requested",
    ...about,
    data: {
      ...subject,
      gates: JSON.parse(row.gates_json),
      stepIndex: row.step_index,
      expiresAt: toIso(row.expires_at),
      autoApproveAt: toIso(row.auto_approve_at),
    },
  });
  if (row.status !== "pending") {
    await appendEvent(transaction, {
      type: `approval.${row.status}`,
      ...about,
      isAudited: true,
      data: { ...subject, by: row.resolved_by, via: row.resolved_via, ruleId: row.rule_id },
    });
  }
  transaction.notify({ kind: "approval", approvalId: row.id, executionId: row.execution_id });
  return row;
}
