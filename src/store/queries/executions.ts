import type { ExpressionBuilder, Insertable, Selectable } from "kysely";
import { sql } from "kysely";
import type { JsonObject, JsonValue } from "../../core/index.ts";
import type { FireRange } from "../../schedule/index.ts";
import { appendEvent } from "../events.ts";
import { hasLeasePassed } from "../has-lease-passed.ts";
import { isOpen } from "../is-open.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { Database, HandExecutionsTable } from "../tables.ts";
import { PAUSED_ALL_KEY } from "./approval-clocks.ts";

/** A row of `hand_executions`. */
export type ExecutionRow = Selectable<HandExecutionsTable>;

/** Resumed executions and a human's own triggers go before what the clock starts. */
export const PRIORITY = { scheduled: 0, event: 0, manual: 10, resumed: 20 } as const;

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

/**
 * Inserts a queued execution. Gives null where its fire (hand and scheduled instant) or its event has a row already:
 * of many who try, one wins.
 */
export async function insertExecution(
  transaction: StoreTransaction,
  wanted: NewExecution,
): Promise<ExecutionRow | null> {
  const { rows } = await insertOnce(transaction, {
    ...emptyExecution(transaction, wanted.handName, wanted.trigger),
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
    is_untrusted: wanted.isUntrusted === true ? 1 : 0,
    is_input_untrusted: wanted.isUntrusted === true ? 1 : 0,
  });
  const [row] = rows;
  if (row === undefined) return null;
  await appendExecutionEvent(transaction, row, "execution.queued", {
    trigger: wanted.trigger,
    retryOf: wanted.retryOf,
  });
  return row;
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
  const { rows } = await insertOnce(transaction, {
    ...emptyExecution(transaction, skipped.handName, skipped.trigger),
    status: "ended",
    outcome: "skipped",
    reason: skipped.reason,
    scheduled_for: first,
    completed_at: transaction.nowMs,
    coalesced_json: count === 1 ? null : JSON.stringify({ first, last, count }),
  });
  const [row] = rows;
  if (row === undefined) return null;
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
  const { cost_usd: _unknown, ...empty } = emptyExecution(transaction, ended.hand_name, ended.trigger);
  await insertRow(transaction, { ...empty, ...ended, status: "ended" });
}

const insertRow = prepareQuery(({ db }: StoreTransaction, row: Insertable<HandExecutionsTable>) =>
  db.insertInto("hand_executions").values(row),
);

/** Nothing where its fire or its event has a row already. */
const insertOnce = prepareQuery(({ db }: StoreTransaction, row: Insertable<HandExecutionsTable>) =>
  db
    .insertInto("hand_executions")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll(),
);

function emptyExecution(transaction: StoreTransaction, handName: string, trigger: string) {
  return {
    id: transaction.ids.next(),
    hand_name: handName,
    trigger,
    outcome: null,
    reason: null,
    created_at: transaction.nowMs,
    output: "",
    attempt: 0,
    chain_json: "[]",
    files_generated_json: "[]",
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
    reserved_cost_usd: 0,
    step_count: 0,
    fence: 0,
    lost_leases: 0,
    active_ms: 0,
    priority: 0,
    is_untrusted: 0,
  };
}

/** One event of an execution, and the news of it. */
export async function appendExecutionEvent(
  transaction: StoreTransaction,
  row: { readonly id: string; readonly hand_name: string },
  type: string,
  data: JsonObject,
  isAudited = false,
): Promise<void> {
  await appendEvent(transaction, { type, handName: row.hand_name, executionId: row.id, data, isAudited });
  transaction.notify({ kind: "execution", executionId: row.id, handName: row.hand_name });
}

export async function findExecution(
  source: Pick<Store | StoreTransaction, "db">,
  id: string,
): Promise<ExecutionRow | undefined> {
  return (await selectExecution(source, { id })).rows[0];
}

const selectExecution = prepareQuery(
  ({ db }: Pick<Store | StoreTransaction, "db">, { id }: { readonly id: string }) =>
    db.selectFrom("hand_executions").selectAll().where("id", "=", id),
);

/** Executions, newest first. `limit` is bounded to 1,000. */
export async function listExecutions(
  source: Pick<Store | StoreTransaction, "db">,
  filter: { readonly handName?: string; readonly limit: number },
): Promise<readonly ExecutionRow[]> {
  const limit = Math.min(Math.max(filter.limit, 1), 1000);
  return (await selectNewest(source, { ...filter, limit })).rows;
}

const selectNewest = prepareQuery(
  (
    { db }: Pick<Store | StoreTransaction, "db">,
    { handName, limit }: { readonly handName?: string; readonly limit: number },
  ) =>
    db
      .selectFrom("hand_executions")
      .selectAll()
      .$if(handName !== undefined, (query) => query.where("hand_name", "=", handName ?? ""))
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(limit),
);

/** Ids of executions that somebody could take up now, the most urgent first. Held ones (a reason is set) are left out. */
export async function findClaimable(
  source: Pick<Store | StoreTransaction, "db">,
  nowMs: number,
  limit: number,
): Promise<readonly { readonly id: string; readonly priority: number }[]> {
  const [{ rows: queued }, { rows: abandoned }] = await Promise.all([
    selectQueued(source, { limit }),
    selectAbandoned(source, { nowMs, limit }),
  ]);
  return [...abandoned, ...queued].slice(0, limit);
}

type Source = Pick<Store | StoreTransaction, "db">;

const selectQueued = prepareQuery(({ db }: Source, { limit }: { readonly limit: number }) =>
  db
    .selectFrom("hand_executions")
    .select(["id", "priority"])
    .where(isOpen)
    .where("status", "=", "queued")
    .where("reason", "is", null)
    .orderBy("priority", "desc")
    .orderBy("created_at")
    .orderBy("id")
    .limit(limit),
);

const selectAbandoned = prepareQuery(
  ({ db }: Source, { nowMs, limit }: { readonly nowMs: number; readonly limit: number }) =>
    db
      .selectFrom("hand_executions")
      .select(["id", "priority"])
      .where(isOpen)
      .where("status", "=", "running")
      .where(hasLeasePassed(nowMs))
      .orderBy("lease_until")
      .limit(limit),
);

/** How many executions of a hand are where, without the one that asks. */
export interface HandLoad {
  /** Under a lease, or asleep. */
  readonly running: number;
  /** How many of those sleep. */
  readonly sleeping: number;
  /** Queued again after a wait. */
  readonly resumable: number;
  /** Queued, never started, and older than the one that asks. */
  readonly queuedBefore: number;
  readonly waitingForHuman: number;
}

export async function countHandLoad(transaction: StoreTransaction, row: ExecutionRow): Promise<HandLoad> {
  const { rows: others } = await selectOthers(transaction, { id: row.id, handName: row.hand_name });
  const isFresh = (other: { fence: number }) => other.fence === 0;
  const isAsleep = (other: { status: string; reason: string | null }) =>
    other.status === "waiting" && (other.reason === "sleep" || other.reason === "budget");
  const sleeping = others.filter((other) => isAsleep(other) && !isFresh(other)).length;
  return {
    running: others.filter((other) => other.status === "running").length + sleeping,
    sleeping,
    resumable: others.filter((other) => other.status === "queued" && !isFresh(other)).length,
    queuedBefore: others.filter(
      (other) =>
        other.status === "queued" &&
        isFresh(other) &&
        (other.created_at < row.created_at || (other.created_at === row.created_at && other.id < row.id)),
    ).length,
    waitingForHuman: others.filter((other) => other.status === "waiting" && !isAsleep(other)).length,
  };
}

const selectOthers = prepareQuery(
  ({ db }: StoreTransaction, { id, handName }: { readonly id: string; readonly handName: string }) =>
    db
      .selectFrom("hand_executions")
      .select(["id", "status", "reason", "fence", "created_at"])
      .where("hand_name", "=", handName)
      .where(isOpen)
      .where("id", "!=", id),
);

/** Lets go of a hand's held executions; gives those that may now be taken up. */
export async function releaseHeldExecutions(
  transaction: StoreTransaction,
  handName: string | null,
): Promise<readonly ExecutionRow[]> {
  return (await releaseHeld(transaction, handName === null ? {} : { handName })).rows;
}

const releaseHeld = prepareQuery(({ db }: StoreTransaction, { handName }: { readonly handName?: string }) =>
  db
    .updateTable("hand_executions")
    .set({ reason: null })
    .where(isOpen)
    .where("status", "=", "queued")
    .where("reason", "is not", null)
    .$if(handName !== undefined, (query) => query.where("hand_name", "=", handName ?? ""))
    .returningAll(),
);

/** Wakes what slept long enough; gives the executions that may now be taken up. */
export async function wakeSleepers(transaction: StoreTransaction): Promise<readonly ExecutionRow[]> {
  return await transaction.db
    .updateTable("hand_executions")
    .set((builder) => ({
      status: "queued",
      reason: null,
      outcome: null,
      wake_at: null,
      priority: resumedPriority(builder),
    }))
    .where(isOpen)
    .where("status", "=", "waiting")
    .where("wake_at", "<=", transaction.nowMs)
    .returningAll()
    .execute();
}

/** The earliest instant at which something sleeping wants to go on, or null. */
export async function findNextWake(source: Pick<Store, "db">): Promise<number | null> {
  return (await selectNextWake(source, {})).rows[0]?.wake_at ?? null;
}

const selectNextWake = prepareQuery(({ db }: Source, _none: object) =>
  db
    .selectFrom("hand_executions")
    .select((builder) => builder.fn.min("wake_at").as("wake_at"))
    .where(isOpen)
    .where("status", "=", "waiting")
    .where("wake_at", "is not", null),
);

/** A fresh execution keeps its own priority; one that ran before goes ahead of fresh ones. */
function resumedPriority(builder: ExpressionBuilder<Database, "hand_executions">) {
  return builder
    .case()
    .when("fence", "=", 0)
    .then(builder.ref("priority"))
    .else(sql<number>`${PRIORITY.resumed}`)
    .end();
}

/** Is everything paused, by `pause --all`? */
export async function isAllPaused(source: Pick<Store | StoreTransaction, "db">): Promise<boolean> {
  return (await selectAllPaused(source, {})).rows[0]?.value === "1";
}

const selectAllPaused = prepareQuery(({ db }: Source, _none: object) =>
  db.selectFrom("runtime_state").select("value").where("key", "=", PAUSED_ALL_KEY),
);
