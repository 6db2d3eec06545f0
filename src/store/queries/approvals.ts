import type { Selectable, Updateable } from "kysely";
import { forUpdate } from "../for-update.ts";
import { isPending } from "../is-open.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { ApprovalStatus, StepKind, StepStatus } from "../states.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { ApprovalQueueTable, ExecutionStepsTable, HandExecutionsTable } from "../tables.ts";
import { PRIORITY } from "./executions.ts";
import { updateStep } from "./steps.ts";

/** A row of `approval_queue`. */
export type ApprovalRow = Selectable<ApprovalQueueTable>;

/** A new row of `approval_queue`, every column of it. */
export type NewApproval = ApprovalRow;

type Source = Pick<Store | StoreTransaction, "db">;

export async function insertApproval(transaction: StoreTransaction, row: NewApproval): Promise<ApprovalRow> {
  await insertRow(transaction, row);
  return row;
}

const insertRow = prepareQuery(({ db }: StoreTransaction, row: NewApproval) =>
  db.insertInto("approval_queue").values(row),
);

export async function findApproval(source: Source, id: string): Promise<ApprovalRow | undefined> {
  return (await selectApproval(source, { id })).rows[0];
}

const selectApproval = prepareQuery(({ db }: Source, { id }: { readonly id: string }) =>
  db.selectFrom("approval_queue").selectAll().where("id", "=", id),
);

/** Which requests to list. */
export interface ApprovalFilter {
  readonly handName?: string;
  readonly executionId?: string;
  readonly status?: ApprovalStatus;
  /** Default: 100; at most 1,000. */
  readonly limit?: number;
}

/** Requests, newest first. */
export async function listApprovals(
  source: Source,
  filter: ApprovalFilter = {},
): Promise<readonly ApprovalRow[]> {
  const limit = Math.min(Math.max(filter.limit ?? 100, 1), 1000);
  return (await selectNewest(source, { ...filter, limit })).rows;
}

const selectNewest = prepareQuery(
  ({ db }: Source, { handName, executionId, status, limit }: ApprovalFilter & { readonly limit: number }) => {
    let query = db.selectFrom("approval_queue").selectAll();
    if (handName !== undefined) query = query.where("hand_name", "=", handName);
    if (executionId !== undefined) query = query.where("execution_id", "=", executionId);
    if (status !== undefined) query = query.where("status", "=", status);
    return query.orderBy("created_at", "desc").orderBy("id", "desc").limit(limit);
  },
);

/** What an execution still asks, past its expiry or not, in no order. */
export async function listAskedOf(source: Source, executionId: string): Promise<readonly ApprovalRow[]> {
  return (await selectAsked(source, { executionId })).rows;
}

// Nearly every execution asks nothing when it ends, so nothing is made ready here for sorting.
const selectAsked = prepareQuery(({ db }: Source, { executionId }: { readonly executionId: string }) =>
  db.selectFrom("approval_queue").selectAll().where(isPending).where("execution_id", "=", executionId),
);

/** Every request that can still be answered, newest first: pending, and not past its expiry. */
export async function listPendingApprovals(
  source: Source,
  nowMs: number,
  filter: Pick<ApprovalFilter, "handName" | "executionId"> = {},
): Promise<readonly ApprovalRow[]> {
  return (await selectAnswerable(source, { ...filter, nowMs })).rows;
}

const selectAnswerable = prepareQuery(
  (
    { db }: Source,
    {
      handName,
      executionId,
      nowMs,
    }: Pick<ApprovalFilter, "handName" | "executionId"> & { readonly nowMs: number },
  ) => {
    let query = db
      .selectFrom("approval_queue")
      .selectAll()
      .where(isPending)
      .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", nowMs)]));
    if (handName !== undefined) query = query.where("hand_name", "=", handName);
    if (executionId !== undefined) query = query.where("execution_id", "=", executionId);
    return query.orderBy("created_at", "desc").orderBy("id", "desc");
  },
);

/** What a request asks, and what became of it, without what it is bound to. */
export type ApprovalHead = Pick<ApprovalRow, (typeof HEAD_COLUMNS)[number]>;

const HEAD_COLUMNS = [
  "id",
  "hand_name",
  "execution_id",
  "action",
  "description",
  "context_json",
  "status",
  "created_at",
  "expires_at",
  "resolved_at",
  "resolved_by",
] as const;

/** The same requests as {@link listPendingApprovals}, a third of their columns: a list may be of thousands. */
export async function listPendingHeads(source: Source, nowMs: number): Promise<readonly ApprovalHead[]> {
  return (await selectAnswerableHeads(source, { nowMs })).rows;
}

const selectAnswerableHeads = prepareQuery(({ db }: Source, { nowMs }: { readonly nowMs: number }) =>
  db
    .selectFrom("approval_queue")
    .select(HEAD_COLUMNS)
    .where(isPending)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", nowMs)]))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc"),
);

/** What has to be true of a pending row, besides, for a resolution to win. */
export interface ResolutionCondition {
  /** The instant that has to lie before the expiry; null where the expiry does not matter. */
  readonly openAt: number | null;
  /** The hash that the decider saw; undefined where it saw none. */
  readonly argsHash?: string | null;
  /** The instant by which the automatic approval has to be due, its clock running. */
  readonly autoApproveDueAt?: number;
}

/** Moves a row from pending, once: of many who try, one gets the row, the others null. */
export async function resolvePendingApproval(
  transaction: StoreTransaction,
  id: string,
  condition: ResolutionCondition,
  change: Updateable<ApprovalQueueTable> & { readonly status: Exclude<ApprovalStatus, "pending"> },
): Promise<ApprovalRow | null> {
  const { openAt, argsHash, autoApproveDueAt } = condition;
  const { rows } = await resolvePending(transaction, {
    id,
    change,
    ...(openAt === null ? {} : { openAt }),
    ...(argsHash === undefined ? {} : argsHash === null ? { hasNoArgs: true } : { argsHash }),
    ...(autoApproveDueAt === undefined ? {} : { autoApproveDueAt }),
  });
  return rows[0] ?? null;
}

/** Each condition is one that has to be true where it is there. */
interface PendingResolution {
  readonly id: string;
  readonly change: Updateable<ApprovalQueueTable>;
  readonly openAt?: number;
  readonly argsHash?: string;
  readonly hasNoArgs?: boolean;
  readonly autoApproveDueAt?: number;
}

const resolvePending = prepareQuery(
  (
    { db }: StoreTransaction,
    { id, change, openAt, argsHash, hasNoArgs, autoApproveDueAt }: PendingResolution,
  ) => {
    let query = db.updateTable("approval_queue").set(change).where("id", "=", id).where(isPending);
    if (openAt !== undefined) {
      query = query.where((where) =>
        where.or([where("expires_at", "is", null), where("expires_at", ">", openAt)]),
      );
    }
    if (argsHash !== undefined) query = query.where("args_hash", "=", argsHash);
    if (hasNoArgs !== undefined) query = query.where("args_hash", "is", null);
    if (autoApproveDueAt !== undefined) {
      query = query.where("auto_approve_at", "<=", autoApproveDueAt).where("clock_stopped_at", "is", null);
    }
    return query.returningAll();
  },
);

/** What a decision has to know of the execution it is about. */
export type LockedExecution = Pick<Selectable<HandExecutionsTable>, "id" | "hand_name" | "status">;

/** Locks the execution of an approval, before the approval is touched: one order everywhere. */
export async function lockExecution(
  transaction: StoreTransaction,
  executionId: string,
): Promise<LockedExecution | undefined> {
  return (await selectLockedExecution(transaction, { executionId })).rows[0];
}

const selectLockedExecution = prepareQuery(
  (transaction: StoreTransaction, { executionId }: { readonly executionId: string }) =>
    forUpdate(
      transaction,
      transaction.db
        .selectFrom("hand_executions")
        .select(["id", "hand_name", "status"])
        .where("id", "=", executionId),
    ),
);

/** Puts a waiting execution back into the queue, ahead of fresh ones. False where it was not waiting. */
export async function queueWaitingExecution(
  transaction: StoreTransaction,
  executionId: string,
): Promise<boolean> {
  const result = await transaction.db
    .updateTable("hand_executions")
    .set({ status: "queued", reason: null, outcome: null, wake_at: null, priority: PRIORITY.resumed })
    .where("id", "=", executionId)
    .where("status", "=", "waiting")
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The step that a request is about, or undefined. */
export async function findApprovalStep(
  transaction: StoreTransaction,
  approval: Pick<ApprovalRow, "execution_id" | "step_index">,
): Promise<{ readonly kind: StepKind; readonly status: StepStatus } | undefined> {
  return await transaction.db
    .selectFrom("execution_steps")
    .select(["kind", "status"])
    .where("execution_id", "=", approval.execution_id)
    .where("step_index", "=", approval.step_index)
    .executeTakeFirst();
}

/** Moves the step that a request is about, from the one status it has to be in. False where it was in another. */
export async function moveApprovalStep(
  transaction: StoreTransaction,
  step: { readonly executionId: string; readonly stepIndex: number; readonly from: StepStatus },
  change: Updateable<ExecutionStepsTable>,
): Promise<boolean> {
  const key = { execution_id: step.executionId, step_index: step.stepIndex };
  return (await updateStep(transaction, key, [step.from], change)) !== null;
}

/** The rejection of the very same call earlier in the same execution, or undefined. */
export async function findRejectedCall(
  source: Pick<Store | StoreTransaction, "db">,
  call: { readonly executionId: string; readonly tool: string; readonly argsHash: string },
): Promise<ApprovalRow | undefined> {
  return await source.db
    .selectFrom("approval_queue")
    .selectAll()
    .where("execution_id", "=", call.executionId)
    .where("tool", "=", call.tool)
    .where("kind", "=", "approval")
    .where("status", "=", "rejected")
    .where("args_hash", "=", call.argsHash)
    .orderBy("resolved_at", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** How much a hand asked people lately. */
export interface RecentRequests {
  /** Requests since then, and since one was last kept from channels; those that were answered at once asked nobody. */
  readonly count: number;
  /** When one was last kept from channels since then, or null. */
  readonly lastWithheldAt: number | null;
}

/** Counts what a hand asked after an instant, but for one request. */
export async function countRecentRequests(
  transaction: StoreTransaction,
  { handName, afterMs, exceptId }: { handName: string; afterMs: number; exceptId: string },
): Promise<RecentRequests> {
  const withheld = await transaction.db
    .selectFrom("approval_queue")
    .select((builder) => builder.fn.max("withheld_at").as("at"))
    .where("hand_name", "=", handName)
    .where("withheld_at", ">", afterMs)
    .executeTakeFirst();
  const lastWithheldAt = withheld?.at == null ? null : Number(withheld.at);
  const counted = await transaction.db
    .selectFrom("approval_queue")
    .select((builder) => builder.fn.countAll().as("count"))
    .where("hand_name", "=", handName)
    .where("kind", "=", "approval")
    .where("created_at", ">", lastWithheldAt ?? afterMs)
    .where("id", "!=", exceptId)
    .where("rule_id", "is", null)
    .where((where) =>
      where.or([where("auto_approve_after_ms", "is", null), where("auto_approve_after_ms", ">", 0)]),
    )
    .executeTakeFirst();
  return { count: Number(counted?.count ?? 0), lastWithheldAt };
}

/** Keeps a pending request from channels; what would have approved it by itself does not begin. */
export async function withholdApproval(transaction: StoreTransaction, id: string): Promise<ApprovalRow> {
  return await transaction.db
    .updateTable("approval_queue")
    .set({ withheld_at: transaction.nowMs, auto_approve_at: null, clock_stopped_at: null })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
