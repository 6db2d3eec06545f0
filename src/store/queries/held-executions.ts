import type { ExpressionBuilder, Selectable, Updateable, UpdateObject } from "kysely";
import { forUpdate } from "../for-update.ts";
import { hasLeasePassed } from "../has-lease-passed.ts";
import { isOpen } from "../is-open.ts";
import { notBefore } from "../not-before.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { StoreTransaction } from "../store.ts";
import type { Database, HandExecutionsTable } from "../tables.ts";
import type { ExecutionRow, TakenColumns } from "./executions.ts";

/** An execution under a lease, as the process that took it knows it. */
interface HeldExecution {
  readonly id: string;
  readonly fence: number;
  readonly change: Updateable<HandExecutionsTable>;
  /** What is added to its figures in the same statement. Default: nothing. */
  readonly charge?: ExecutionCharge;
}

/** Locks an execution that somebody could take: a queued one, or one whose lease has passed. */
export async function lockClaimableExecution(
  transaction: StoreTransaction,
  id: string,
): Promise<ExecutionRow | undefined> {
  return (await selectClaimable(transaction, { id, nowMs: transaction.nowMs })).rows[0];
}

const selectClaimable = prepareQuery(
  (transaction: StoreTransaction, { id, nowMs }: { readonly id: string; readonly nowMs: number }) =>
    forUpdate(
      transaction,
      transaction.db
        .selectFrom("hand_executions")
        .selectAll()
        .where("id", "=", id)
        .where((builder) =>
          builder.or([
            builder("status", "=", "queued"),
            builder.and([builder("status", "=", "running"), hasLeasePassed(nowMs)]),
          ]),
        ),
    ),
);

/** Puts an execution whose row is locked under a lease, and gives it as it is then. What a dead process had set aside is not under way any more. */
export async function takeExecution(
  transaction: StoreTransaction,
  row: ExecutionRow,
  taken: TakenColumns,
): Promise<ExecutionRow> {
  const change = { ...taken, status: "running", reason: null, outcome: null, reserved_cost_usd: 0 } as const;
  await updateTaken(transaction, { id: row.id, change });
  return { ...row, ...change };
}

const updateTaken = prepareQuery(
  (
    { db }: StoreTransaction,
    { id, change }: { readonly id: string; readonly change: Updateable<HandExecutionsTable> },
  ) => db.updateTable("hand_executions").set(change).where("id", "=", id),
);

/** Changes an execution that is still held under its fence, and locks its row; false where another process took it, or it runs no more. */
export async function holdExecution(transaction: StoreTransaction, held: HeldExecution): Promise<boolean> {
  const { charge, ...holding } = held;
  const sums = charge === undefined ? {} : toSums(charge);
  return (await changeHeld(transaction, { ...holding, ...sums })).numAffectedRows === 1n;
}

type HoldQuery = Omit<HeldExecution, "charge"> & { readonly sums?: ChargeSums };

const changeHeld = prepareQuery(({ db }: StoreTransaction, { id, fence, change, sums }: HoldQuery) =>
  db
    .updateTable("hand_executions")
    .set((builder) => ({ ...change, ...(sums === undefined ? {} : addSums(builder, sums)) }))
    .where("id", "=", id)
    .where("fence", "=", fence)
    .where("status", "=", "running"),
);

/** Writes down what an execution came to; the caller holds its row. */
export async function markEnded(transaction: StoreTransaction, id: string, end: EndColumns): Promise<void> {
  await endHeld(transaction, { id, end, nowMs: transaction.nowMs });
}

type EndColumns = Pick<
  Selectable<HandExecutionsTable>,
  "outcome" | "reason" | "output" | "error" | "error_code" | "active_ms"
>;

const endHeld = prepareQuery(
  (
    { db }: StoreTransaction,
    { id, end, nowMs }: { readonly id: string; readonly end: EndColumns; readonly nowMs: number },
  ) =>
    db
      .updateTable("hand_executions")
      .set({
        ...end,
        status: "ended",
        completed_at: notBefore(nowMs, "created_at", "started_at"),
        lease_owner: null,
        lease_until: null,
        wake_at: null,
        reserved_cost_usd: 0,
      })
      .where("id", "=", id),
);

/** Does another execution of the same hand run? */
export async function runsBeside(
  transaction: StoreTransaction,
  { id, hand_name }: Pick<Selectable<HandExecutionsTable>, "id" | "hand_name">,
): Promise<boolean> {
  return (await selectBeside(transaction, { id, handName: hand_name })).rows.length > 0;
}

const selectBeside = prepareQuery(
  ({ db }: StoreTransaction, { id, handName }: { readonly id: string; readonly handName: string }) =>
    db
      .selectFrom("hand_executions")
      .select("id")
      .where("hand_name", "=", handName)
      .where(isOpen)
      .where("status", "=", "running")
      .where("id", "!=", id)
      .limit(1),
);

/** What steps and replies add to the figures of their execution. */
export interface ExecutionCharge {
  readonly steps: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Null where the price is not known, which makes that of the whole unknown. */
  readonly costUsd: number | null;
  /** What was set aside for the reply and is so no more. */
  readonly reservedUsd: number;
}

/** Adds to the steps of an execution; the caller holds its row. */
export async function countSteps(transaction: StoreTransaction, id: string, steps: number): Promise<void> {
  if (steps > 0) await addSteps(transaction, { id, steps });
}

const addSteps = prepareQuery(
  ({ db }: StoreTransaction, { id, steps }: { readonly id: string; readonly steps: number }) =>
    db
      .updateTable("hand_executions")
      .set((builder) => ({ step_count: builder("step_count", "+", steps) }))
      .where("id", "=", id),
);

/** A charge as a query takes it: absent where nothing is added, and the price where it is not known. */
interface ChargeSums {
  readonly steps: number;
  readonly usage?: Pick<ExecutionCharge, "inputTokens" | "outputTokens" | "reservedUsd"> & {
    readonly costUsd?: number;
  };
}

function toSums({ steps, costUsd, ...usage }: ExecutionCharge): { readonly sums?: ChargeSums } {
  const { inputTokens, outputTokens, reservedUsd } = usage;
  if (inputTokens !== 0 || outputTokens !== 0 || costUsd !== 0 || reservedUsd !== 0)
    return { sums: { steps, usage: { ...usage, ...(costUsd === null ? {} : { costUsd }) } } };
  return steps === 0 ? {} : { sums: { steps } };
}

function addSums(
  builder: ExpressionBuilder<Database, "hand_executions">,
  { steps, usage }: ChargeSums,
): UpdateObject<Database, "hand_executions"> {
  return {
    step_count: builder("step_count", "+", steps),
    ...(usage === undefined
      ? {}
      : {
          input_tokens: builder("input_tokens", "+", usage.inputTokens),
          output_tokens: builder("output_tokens", "+", usage.outputTokens),
          cost_usd: usage.costUsd === undefined ? null : builder("cost_usd", "+", usage.costUsd),
          reserved_cost_usd: builder("reserved_cost_usd", "-", usage.reservedUsd),
        }),
  };
}
