import type { JsonObject, JsonValue } from "../../core/index.ts";
import type { FireRange } from "../../schedule/index.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { StoreTransaction } from "../store.ts";
import type { ExecutionRow, TakenColumns } from "./executions.ts";
import { appendExecutionEvent } from "./executions.ts";

/** What a new execution is made of. */
export interface NewExecution {
  readonly handName: string;
  readonly trigger: string;
  readonly scheduledFor: number | null;
  readonly priority: number;
  readonly input: JsonValue;
  /** Parameters over the manifest's; null where the trigger gave none. */
  readonly parameters: JsonObject | null;
  readonly eventId: string | null;
  readonly chain: readonly string[];
  readonly retryOf: string | null;
  /** Not to be started before this instant; null is at once. */
  readonly notBefore: number | null;
  /** What starts it comes from outside. Default: false. */
  readonly isUntrusted?: boolean;
}

/** A new execution as its row is to be: what decides about it can be asked before it is there. */
export function draftExecution(transaction: StoreTransaction, wanted: NewExecution): ExecutionRow {
  const isUntrusted = wanted.isUntrusted === true ? 1 : 0;
  return {
    ...nextEmpty(transaction, wanted.handName, wanted.trigger),
    status: wanted.notBefore === null ? "queued" : "waiting",
    reason: wanted.notBefore === null ? null : "sleep",
    wake_at: wanted.notBefore,
    scheduled_for: wanted.scheduledFor,
    priority: wanted.priority,
    input_json: wanted.input === null ? null : JSON.stringify(wanted.input),
    parameters_json: wanted.parameters === null ? null : JSON.stringify(wanted.parameters),
    event_id: wanted.eventId,
    chain_json: JSON.stringify(wanted.chain),
    retry_of: wanted.retryOf,
    is_untrusted: isUntrusted,
    is_input_untrusted: isUntrusted,
  };
}

/**
 * Inserts an execution. Gives null where its fire (hand and scheduled instant) or its event has a row already: of many who try, one wins.
 * With `taken` it is under a lease at once, and never queued.
 */
export async function insertDraft(
  transaction: StoreTransaction,
  draft: ExecutionRow,
  taken?: TakenColumns,
): Promise<ExecutionRow | null> {
  const row: ExecutionRow = taken === undefined ? draft : { ...draft, ...taken, status: "running" };
  if (!(await insertOnce(transaction, row))) return null;
  await appendExecutionEvent(transaction, row, "execution.queued", {
    trigger: row.trigger,
    retryOf: row.retry_of,
  });
  return row;
}

/** The same for one that nothing is asked about first. */
export async function insertExecution(
  transaction: StoreTransaction,
  wanted: NewExecution,
): Promise<ExecutionRow | null> {
  return await insertDraft(transaction, draftExecution(transaction, wanted));
}

/** Records fires that do not run, as one ended row. Gives null where the first of them has a row already. */
export async function insertSkippedExecution(
  transaction: StoreTransaction,
  skipped: {
    readonly handName: string;
    readonly trigger: string;
    readonly reason: string;
    readonly fires: FireRange;
  },
): Promise<ExecutionRow | null> {
  const { first, last, count } = skipped.fires;
  const row: ExecutionRow = {
    ...nextEmpty(transaction, skipped.handName, skipped.trigger),
    status: "ended",
    outcome: "skipped",
    reason: skipped.reason,
    scheduled_for: first,
    completed_at: transaction.nowMs,
    coalesced_json: count === 1 ? null : JSON.stringify({ first, last, count }),
  };
  if (!(await insertOnce(transaction, row))) return null;
  await appendExecutionEvent(transaction, row, "execution.skipped", { reason: skipped.reason, count });
  return row;
}

/** What a record of a run that somebody else made says; the rest is as of one that has not begun. */
type EndedExecution = Pick<
  ExecutionRow,
  | "id"
  | "hand_name"
  | "trigger"
  | "outcome"
  | "started_at"
  | "completed_at"
  | "output"
  | "error"
  | "approval_id"
  | "attempt"
  | "active_ms"
>;

/** Inserts the record of a run that has ended already. */
export async function insertEndedExecution(
  transaction: StoreTransaction,
  ended: EndedExecution,
): Promise<void> {
  const empty = nextEmpty(transaction, ended.hand_name, ended.trigger);
  // What it cost is not known.
  await insertRow(transaction, { ...empty, ...ended, status: "ended", cost_usd: null });
}

const insertRow = prepareQuery(({ db }: StoreTransaction, row: ExecutionRow) =>
  db.insertInto("hand_executions").values(row),
);

/** False where its fire or its event has a row already. */
async function insertOnce(transaction: StoreTransaction, row: ExecutionRow): Promise<boolean> {
  return (await insertNew(transaction, row)).numAffectedRows === 1n;
}

const insertNew = prepareQuery(({ db }: StoreTransaction, row: ExecutionRow) =>
  db
    .insertInto("hand_executions")
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
);

function nextEmpty(transaction: StoreTransaction, handName: string, trigger: string) {
  const { ids, nowMs } = transaction;
  return emptyExecution({ id: ids.next(), hand_name: handName, trigger, created_at: nowMs });
}

/** An execution that has done nothing. Every column has its value here, so that what was written need not be read again. */
export function emptyExecution(
  known: Pick<ExecutionRow, "id" | "hand_name" | "trigger" | "created_at">,
): Omit<ExecutionRow, "status"> {
  return {
    ...known,
    reason: null,
    outcome: null,
    scheduled_for: null,
    started_at: null,
    completed_at: null,
    output: "",
    error: null,
    error_code: null,
    approval_id: null,
    attempt: 0,
    coalesced_json: null,
    retry_of: null,
    event_id: null,
    chain_json: "[]",
    input_json: null,
    parameters_json: null,
    version_hash: null,
    files_generated_json: "[]",
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
    reserved_cost_usd: 0,
    step_count: 0,
    fence: 0,
    lease_owner: null,
    lease_until: null,
    lost_leases: 0,
    active_ms: 0,
    wake_at: null,
    cancel_requested_at: null,
    cancel_requested_by: null,
    priority: 0,
    is_untrusted: 0,
    is_input_untrusted: 0,
  };
}
