import type { Selectable, Updateable } from "kysely";
import { sql } from "kysely";
import { forUpdate } from "../for-update.ts";
import { isOpen } from "../is-open.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { HandStatesTable } from "../tables.ts";
import { PAUSED_ALL_KEY } from "./approval-clocks.ts";
import { inBatches } from "./hands.ts";

/** A row of `hand_states`. */
export type HandStateRow = Selectable<HandStatesTable>;

/** What a hand's next fire is made of; the columns change together. */
export type NextFireColumns = Pick<HandStateRow, "next_run_at" | "due_at" | "schedule_hash">;

type Source = Pick<Store | StoreTransaction, "db">;

export async function listHandStates(source: Source): Promise<readonly HandStateRow[]> {
  return await source.db.selectFrom("hand_states").selectAll().orderBy("hand_name").execute();
}

export async function findHandState(source: Source, name: string): Promise<HandStateRow | undefined> {
  return (await selectState(source, { name })).rows[0];
}

const selectState = prepareQuery(({ db }: Source, { name }: { readonly name: string }) =>
  db.selectFrom("hand_states").selectAll().where("hand_name", "=", name),
);

/** Whether an operator enabled or disabled a hand, over what its manifest says; null where nobody did. */
export async function findEnabledOverride(source: Source, name: string): Promise<boolean | null> {
  const override = (await selectOverride(source, { name })).rows[0]?.enabled_override ?? null;
  return override === null ? null : override === 1;
}

const selectOverride = prepareQuery(({ db }: Source, { name }: { readonly name: string }) =>
  db.selectFrom("hand_states").select("enabled_override").where("hand_name", "=", name),
);

/** The state of a hand, its row locked until the transaction ends. */
export async function lockHandState(
  transaction: StoreTransaction,
  name: string,
): Promise<HandStateRow | undefined> {
  return (await selectLockedState(transaction, { name })).rows[0];
}

const selectLockedState = prepareQuery((transaction: StoreTransaction, { name }: { readonly name: string }) =>
  forUpdate(transaction, transaction.db.selectFrom("hand_states").selectAll().where("hand_name", "=", name)),
);

/** Gives each of the hands a state where it has none, and a place to count intervals from: now. */
export async function insertMissingHandStates(
  transaction: StoreTransaction,
  names: readonly string[],
): Promise<void> {
  for (const batch of inBatches(names)) {
    await transaction.db
      .insertInto("hand_states")
      .values(
        batch.map((name) => ({
          hand_name: name,
          status: "idle" as const,
          anchor_at: transaction.nowMs,
          run_count: 0,
          success_count: 0,
          failure_count: 0,
          is_paused: 0,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await transaction.db
      .updateTable("hand_states")
      .set({ anchor_at: transaction.nowMs })
      .where("hand_name", "in", [...batch])
      .where("anchor_at", "is", null)
      .execute();
  }
}

/** Changes the state of a hand; false where it has none. */
export async function updateHandState(
  transaction: StoreTransaction,
  name: string,
  change: Updateable<HandStatesTable>,
): Promise<boolean> {
  return (await changeState(transaction, { name, change })).numAffectedRows === 1n;
}

const changeState = prepareQuery(
  (
    { db }: StoreTransaction,
    { name, change }: { readonly name: string; readonly change: Updateable<HandStatesTable> },
  ) => db.updateTable("hand_states").set(change).where("hand_name", "=", name),
);

/** The end of an execution, for the state of its hand. */
export interface EndedRun {
  readonly executionId: string;
  readonly handName: string;
  readonly result: "success" | "failure" | "other";
  /** What the hand says from now on; absent leaves it as it is. */
  readonly errorMessage?: string | null;
}

/** Counts an execution that ended, and lets its hand rest where no other of its executions runs. Locks the state until the transaction ends. */
export async function countEnd(
  transaction: StoreTransaction,
  { executionId, handName, result, errorMessage }: EndedRun,
): Promise<void> {
  const end = {
    executionId,
    handName,
    successes: result === "success" ? 1 : 0,
    failures: result === "failure" ? 1 : 0,
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(result === "failure" ? { hasFailed: true } : {}),
  };
  await Promise.all([
    // A statement that waited for the lock would see the other executions as they were before it.
    transaction.capabilities.locksRows ? lockState(transaction, { name: handName }) : null,
    updateEnded(transaction, end),
  ]);
}

const lockState = prepareQuery((transaction: StoreTransaction, { name }: { readonly name: string }) =>
  forUpdate(
    transaction,
    transaction.db.selectFrom("hand_states").select("hand_name").where("hand_name", "=", name),
  ),
);

interface EndCounts {
  readonly executionId: string;
  readonly handName: string;
  readonly successes: number;
  readonly failures: number;
  readonly errorMessage?: string | null;
  /** Present or absent, whatever it says. */
  readonly hasFailed?: boolean;
}

const updateEnded = prepareQuery(({ db }: StoreTransaction, end: EndCounts) =>
  db
    .updateTable("hand_states")
    .set((builder) => ({
      run_count: builder("run_count", "+", 1),
      success_count: builder("success_count", "+", end.successes),
      failure_count: builder("failure_count", "+", end.failures),
      status:
        end.hasFailed !== undefined
          ? "error"
          : builder
              .case()
              .when(
                builder.exists(
                  builder
                    .selectFrom("hand_executions")
                    .select("id")
                    .where("hand_name", "=", end.handName)
                    .where(isOpen)
                    .where("status", "=", "running")
                    .where("id", "!=", end.executionId),
                ),
              )
              .then(sql.lit("running"))
              .when("next_run_at", "is", null)
              .then(sql.lit("idle"))
              .else(sql.lit("scheduled"))
              .end()
              .$castTo<HandStatesTable["status"]>(),
      ...(end.errorMessage === undefined ? {} : { error_message: end.errorMessage }),
    }))
    .where("hand_name", "=", end.handName),
);

/** A run for the counters of its hand. Runs that neither succeeded nor failed leave the error as it is. */
export type CountedRun =
  | { readonly result: "success" | "other" }
  | { readonly result: "failure"; readonly errorMessage: string };

/** Counts a run that has ended, in one statement: a hand without a state gets one. */
export async function countRun(
  transaction: StoreTransaction,
  { handName, startedAt, ...run }: CountedRun & { readonly handName: string; readonly startedAt: number },
): Promise<void> {
  await upsertRun(transaction, {
    handName,
    startedAt,
    nowMs: transaction.nowMs,
    successes: run.result === "success" ? 1 : 0,
    failures: run.result === "failure" ? 1 : 0,
    ...(run.result === "other" ? {} : { error: run.result === "failure" ? run.errorMessage : null }),
    ...(run.result === "failure" ? { hasFailed: true } : {}),
  });
}

interface RunCounts {
  readonly handName: string;
  readonly startedAt: number;
  readonly nowMs: number;
  readonly successes: number;
  readonly failures: number;
  /** Absent where the message of an earlier failure stays. */
  readonly error?: string | null;
  /** Present or absent, whatever it says. */
  readonly hasFailed?: boolean;
}

const upsertRun = prepareQuery(({ db }: StoreTransaction, counts: RunCounts) => {
  const { handName, startedAt, nowMs, successes, failures, error, hasFailed } = counts;
  return db
    .insertInto("hand_states")
    .values({
      hand_name: handName,
      status: hasFailed === undefined ? "idle" : "error",
      anchor_at: nowMs,
      last_run_at: startedAt,
      run_count: 1,
      success_count: successes,
      failure_count: failures,
      error_message: error ?? null,
      is_paused: 0,
    })
    .onConflict((conflict) =>
      conflict.column("hand_name").doUpdateSet((update) => ({
        status: statusAfterRun(hasFailed !== undefined),
        anchor_at: sql<number>`coalesce(hand_states.anchor_at, excluded.anchor_at)`,
        last_run_at: update.ref("excluded.last_run_at"),
        run_count: sql<number>`hand_states.run_count + 1`,
        success_count: sql<number>`hand_states.success_count + excluded.success_count`,
        failure_count: sql<number>`hand_states.failure_count + excluded.failure_count`,
        ...(error === undefined ? {} : { error_message: update.ref("excluded.error_message") }),
      })),
    );
});

/** What runs stays so; what rests is `scheduled` where it has a next fire. */
function statusAfterRun(hasFailed: boolean) {
  const resting = hasFailed
    ? sql`'error'`
    : sql`case when hand_states.next_run_at is null then 'idle' else 'scheduled' end`;
  return sql<
    HandStatesTable["status"]
  >`case when hand_states.status = 'running' then 'running' else ${resting} end`;
}

/**
 * Moves a hand's next fire on, from what it was known to be. False where somebody else moved it, or changed the schedule, since:
 * of many who try, one wins.
 */
export async function moveNextFire(
  transaction: StoreTransaction,
  name: string,
  from: NextFireColumns,
  to: NextFireColumns & { readonly last_fire_at?: number | null },
): Promise<boolean> {
  const { next_run_at, due_at, schedule_hash } = from;
  const known = {
    ...(next_run_at === null ? {} : { next_run_at }),
    ...(due_at === null ? {} : { due_at }),
    ...(schedule_hash === null ? {} : { schedule_hash }),
  };
  const resting = to.next_run_at === null ? "idle" : "scheduled";
  return (await updateNextFire(transaction, { name, from: known, to, resting })).numAffectedRows === 1n;
}

const updateNextFire = prepareQuery(
  (
    { db }: StoreTransaction,
    {
      name,
      from,
      to,
      resting,
    }: {
      readonly name: string;
      /** Absent is null. */
      readonly from: Readonly<Partial<Record<keyof NextFireColumns, number | string>>>;
      readonly to: Updateable<HandStatesTable>;
      readonly resting: "idle" | "scheduled";
    },
  ) =>
    db
      .updateTable("hand_states")
      .set({ ...to, status: restingStatus(resting) })
      .where("hand_name", "=", name)
      .where("next_run_at", from.next_run_at === undefined ? "is" : "=", (from.next_run_at ?? null) as number)
      .where("due_at", from.due_at === undefined ? "is" : "=", (from.due_at ?? null) as number)
      .where(
        "schedule_hash",
        from.schedule_hash === undefined ? "is" : "=",
        (from.schedule_hash ?? null) as string,
      ),
);

/** Takes the next fires of hands away: nothing fires them until they are scheduled anew. Returns how many had one. */
export async function clearNextFires(
  transaction: StoreTransaction,
  names: readonly string[],
): Promise<number> {
  let count = 0;
  for (const batch of inBatches(names)) {
    const result = await transaction.db
      .updateTable("hand_states")
      .set({ next_run_at: null, due_at: null, schedule_hash: null, status: restingStatus("idle") })
      .where("hand_name", "in", [...batch])
      .where((where) => where.or([where("due_at", "is not", null), where("schedule_hash", "is not", null)]))
      .executeTakeFirst();
    count += Number(result.numUpdatedRows);
  }
  return count;
}

/** Names of the hands whose fires are due, the oldest first. */
export async function listDueHands(source: Source, nowMs: number): Promise<readonly string[]> {
  const { rows } = await selectDue(source, { nowMs });
  return rows.map(({ hand_name }) => hand_name);
}

const selectDue = prepareQuery(({ db }: Source, { nowMs }: { readonly nowMs: number }) =>
  db.selectFrom("hand_states").select("hand_name").where("due_at", "<=", nowMs).orderBy("due_at"),
);

/** The earliest instant after `nowMs` at which a fire is due, or null. */
export async function findNextDueAt(source: Source, nowMs: number): Promise<number | null> {
  const [row] = (await selectNextDue(source, { nowMs })).rows;
  return row?.due_at == null ? null : Number(row.due_at);
}

const selectNextDue = prepareQuery(({ db }: Source, { nowMs }: { readonly nowMs: number }) =>
  db
    .selectFrom("hand_states")
    .select((select) => select.fn.min("due_at").as("due_at"))
    .where("due_at", ">", nowMs),
);

/** Pauses or resumes everything; false where it was so already. */
export async function setAllPaused(transaction: StoreTransaction, isPaused: boolean): Promise<boolean> {
  const value = isPaused ? "1" : "0";
  if (!isPaused) {
    const result = await transaction.db
      .updateTable("runtime_state")
      .set({ value, updated_at: transaction.nowMs })
      .where("key", "=", PAUSED_ALL_KEY)
      .where("value", "!=", value)
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  }
  const row = await transaction.db
    .insertInto("runtime_state")
    .values({ key: PAUSED_ALL_KEY, value, updated_at: transaction.nowMs })
    .onConflict((conflict) =>
      conflict
        .column("key")
        .doUpdateSet({ value, updated_at: transaction.nowMs })
        .where("runtime_state.value", "!=", value),
    )
    .returning("key")
    .executeTakeFirst();
  return row !== undefined;
}

/** What runs or failed stays so; what rests is `scheduled` where it has a next fire. */
function restingStatus(resting: "idle" | "scheduled") {
  return sql<
    HandStatesTable["status"]
  >`case when status in ('idle', 'scheduled') then ${resting} else status end`;
}
