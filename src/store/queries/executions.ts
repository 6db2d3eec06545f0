import type { Expression, ExpressionBuilder, Selectable, SqlBool } from "kysely";
import { sql } from "kysely";
import type { JsonObject } from "../../core/index.ts";
import { appendEvent } from "../events.ts";
import { hasLeasePassed } from "../has-lease-passed.ts";
import { isOpen } from "../is-open.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { ExecutionStatus } from "../states.ts";
import { OPEN_STATUSES } from "../states.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { Database, HandExecutionsTable } from "../tables.ts";
import { PAUSED_ALL_KEY } from "./approval-clocks.ts";

type Source = Pick<Store | StoreTransaction, "db">;

/** A row of `hand_executions`. */
export type ExecutionRow = Selectable<HandExecutionsTable>;

/** What changes when a process takes an execution. */
export type TakenColumns = Pick<
  ExecutionRow,
  "fence" | "attempt" | "lost_leases" | "lease_owner" | "lease_until" | "started_at" | "version_hash"
>;

/** Resumed executions and a human's own triggers go before what the clock starts. */
export const PRIORITY = { scheduled: 0, event: 0, manual: 10, resumed: 20 } as const;

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

export async function findExecution(source: Source, id: string): Promise<ExecutionRow | undefined> {
  return (await selectExecution(source, { id })).rows[0];
}

const selectExecution = prepareQuery(({ db }: Source, { id }: { readonly id: string }) =>
  db.selectFrom("hand_executions").selectAll().where("id", "=", id),
);

/** Of an execution what somebody who would take it wants to know first. */
export type ExecutionHead = Pick<ExecutionRow, "id" | "hand_name" | "status" | "version_hash" | "created_at">;

export async function findExecutionHead(source: Source, id: string): Promise<ExecutionHead | undefined> {
  return (await selectHead(source, { id })).rows[0];
}

const selectHead = prepareQuery(({ db }: Source, { id }: { readonly id: string }) =>
  db
    .selectFrom("hand_executions")
    .select(["id", "hand_name", "status", "version_hash", "created_at"])
    .where("id", "=", id),
);

/** Who asked the process that runs an execution to end it; null where nobody did, or where it was taken again since (`fence` is another). */
export async function findCancelRequest(
  source: Source,
  { id, fence }: { readonly id: string; readonly fence: number },
): Promise<{ readonly by: string | null } | null> {
  const [row] = (await selectCancelRequest(source, { id, fence })).rows;
  return row === undefined ? null : { by: row.cancel_requested_by };
}

const selectCancelRequest = prepareQuery(
  ({ db }: Source, { id, fence }: { readonly id: string; readonly fence: number }) =>
    db
      .selectFrom("hand_executions")
      .select("cancel_requested_by")
      .where("id", "=", id)
      .where("fence", "=", fence)
      .where("cancel_requested_at", "is not", null),
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

const selectQueued = prepareQuery(({ db }: Source, { limit }: { readonly limit: number }) =>
  db
    .selectFrom("hand_executions")
    .select(["id", "priority"])
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

export async function countHandLoad(
  transaction: StoreTransaction,
  row: Pick<ExecutionRow, "id" | "hand_name" | "created_at">,
): Promise<HandLoad> {
  const { id, hand_name: handName, created_at: createdAt } = row;
  const { rows } = await selectLoad(transaction, { id, handName, createdAt });
  const count = (name: keyof LoadCounts) => Number(rows[0]?.[name] ?? 0);
  const sleeping = count("asleep");
  return {
    running: count("running") + sleeping,
    sleeping,
    resumable: count("resumable"),
    queuedBefore: count("queued_before"),
    waitingForHuman: count("waiting") - count("waiting_for_time"),
  };
}

type LoadCounts = Record<
  "running" | "asleep" | "resumable" | "queued_before" | "waiting" | "waiting_for_time",
  number | string
>;

/** What waits for an instant, and for no human. */
const REASONS_OF_TIME = ["sleep", "budget"] as const;

// Counted where they are: a hand may have thousands of them.
const selectLoad = prepareQuery(
  (
    { db }: StoreTransaction,
    {
      id,
      handName,
      createdAt,
    }: { readonly id: string; readonly handName: string; readonly createdAt: number },
  ) =>
    db
      .selectFrom("hand_executions")
      .select(({ eb, fn }) => {
        const count = (...conditions: readonly Expression<SqlBool>[]) =>
          fn.countAll<number | string>().filterWhere(eb.and([...conditions]));
        const has = (status: ExecutionStatus) => eb("status", "=", status);
        const begun = eb("fence", "!=", 0);
        const waitsForTime = eb("reason", "in", [...REASONS_OF_TIME]);
        const isOlder = sql<SqlBool>`(created_at, id) < (${createdAt}, ${id})`;
        return [
          count(has("running")).as("running"),
          count(has("waiting"), waitsForTime, begun).as("asleep"),
          count(has("queued"), begun).as("resumable"),
          count(has("queued"), eb("fence", "=", 0), isOlder).as("queued_before"),
          count(has("waiting")).as("waiting"),
          count(has("waiting"), waitsForTime).as("waiting_for_time"),
        ];
      })
      .where("hand_name", "=", handName)
      .where(isOpen)
      // In the columns of the index of open ones, or a database may as well read everything that the hand ever did.
      .where("status", "in", [...OPEN_STATUSES])
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
  return (await updateSleepers(transaction, { nowMs: transaction.nowMs })).rows;
}

const updateSleepers = prepareQuery(({ db }: StoreTransaction, { nowMs }: { readonly nowMs: number }) =>
  db
    .updateTable("hand_executions")
    .set((builder) => ({
      status: "queued",
      reason: null,
      outcome: null,
      wake_at: null,
      priority: resumedPriority(builder),
    }))
    .where("status", "=", "waiting")
    .where("wake_at", "<=", nowMs)
    .returningAll(),
);

/** The earliest instant at which something sleeping wants to go on, or null. */
export async function findNextWake(source: Pick<Store, "db">): Promise<number | null> {
  return (await selectNextWake(source, {})).rows[0]?.wake_at ?? null;
}

const selectNextWake = prepareQuery(({ db }: Source, _none: object) =>
  db
    .selectFrom("hand_executions")
    .select((builder) => builder.fn.min("wake_at").as("wake_at"))
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
