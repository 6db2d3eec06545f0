import type { Insertable, Selectable, Updateable } from "kysely";
import { notBefore } from "../not-before.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { ExecutionStepsTable } from "../tables.ts";

/** A row of `execution_steps`. */
export type StepRow = Selectable<ExecutionStepsTable>;

/** What a new step must say; the rest has defaults. */
export type NewStep = Pick<
  Insertable<ExecutionStepsTable>,
  "execution_id" | "step_index" | "kind" | "name" | "status"
> &
  Partial<Insertable<ExecutionStepsTable>>;

/** Inserts steps of one execution; the caller holds its fence. */
export async function insertSteps(
  transaction: StoreTransaction,
  steps: readonly NewStep[],
): Promise<StepRow[]> {
  if (steps.length === 0) return [];
  const rows = steps.map((step) => completeStep(transaction.nowMs, step));
  await insertRows(transaction, { rows });
  return rows;
}

const insertRows = prepareQuery(({ db }: StoreTransaction, { rows }: { readonly rows: readonly StepRow[] }) =>
  db.insertInto("execution_steps").values([...rows]),
);

/** A new step as its row will be. Every column has its value here, so that what was written need not be read again. */
export function completeStep(nowMs: number, step: NewStep): StepRow {
  const { started_at = null, completed_at = null, created_at = nowMs } = step;
  return {
    execution_id: step.execution_id,
    step_index: step.step_index,
    kind: step.kind,
    name: step.name,
    effect: step.effect ?? null,
    status: step.status,
    turn_index: step.turn_index ?? null,
    call_id: step.call_id ?? null,
    args_json: step.args_json ?? null,
    args_hash: step.args_hash ?? null,
    result_json: step.result_json ?? null,
    error_json: step.error_json ?? null,
    approval_id: step.approval_id ?? null,
    attempt: step.attempt ?? 0,
    tool_version: step.tool_version ?? null,
    created_at,
    started_at,
    completed_at: completed_at === null ? null : Math.max(completed_at, started_at ?? 0, created_at),
    result_order: step.result_order ?? null,
    wake_at: step.wake_at ?? null,
    input_tokens: step.input_tokens ?? 0,
    output_tokens: step.output_tokens ?? 0,
    cost_usd: step.cost_usd ?? null,
    detail_json: step.detail_json ?? null,
    node_id: step.node_id ?? null,
    is_untrusted: step.is_untrusted ?? 0,
  };
}

/** Changes one step where it is in one of the given states; gives it as it is now, or null where it was in another. */
export async function updateStep(
  transaction: StoreTransaction,
  step: Pick<StepRow, "execution_id" | "step_index">,
  from: readonly StepRow["status"][],
  change: Updateable<ExecutionStepsTable>,
): Promise<StepRow | null> {
  const { started_at, completed_at, ...rest } = change;
  const { rows } = await changeStep(transaction, {
    executionId: step.execution_id,
    stepIndex: step.step_index,
    from,
    change: {
      ...rest,
      ...(started_at === null ? { started_at } : {}),
      ...(completed_at === null ? { completed_at } : {}),
    },
    // None of these instants before what was written down earlier.
    instants: {
      ...(typeof started_at === "number" ? { started_at } : {}),
      ...(typeof completed_at === "number" ? { completed_at } : {}),
    },
  });
  return rows[0] ?? null;
}

interface StepChange {
  readonly executionId: string;
  readonly stepIndex: number;
  readonly from: readonly StepRow["status"][];
  readonly change: Updateable<ExecutionStepsTable>;
  readonly instants: { readonly started_at?: number; readonly completed_at?: number };
}

const changeStep = prepareQuery(
  ({ db }: StoreTransaction, { executionId, stepIndex, from, change, instants }: StepChange) =>
    db
      .updateTable("execution_steps")
      .set({
        ...change,
        ...(instants.started_at === undefined
          ? {}
          : { started_at: notBefore(instants.started_at, "created_at") }),
        ...(instants.completed_at === undefined
          ? {}
          : { completed_at: notBefore(instants.completed_at, "created_at", "started_at") }),
      })
      .where("execution_id", "=", executionId)
      .where("step_index", "=", stepIndex)
      .where("status", "in", [...from])
      .returningAll(),
);

/** The journal of an execution, in order. */
export async function listSteps(
  source: Pick<Store | StoreTransaction, "db">,
  executionId: string,
): Promise<StepRow[]> {
  return (await selectSteps(source, { executionId })).rows;
}

const selectSteps = prepareQuery(
  ({ db }: Pick<Store | StoreTransaction, "db">, { executionId }: { readonly executionId: string }) =>
    db
      .selectFrom("execution_steps")
      .selectAll()
      .where("execution_id", "=", executionId)
      .orderBy("step_index"),
);

/** Has an execution steps that are allowed or under way? */
export async function hasOpenSteps(transaction: StoreTransaction, executionId: string): Promise<boolean> {
  return (await selectOpenStep(transaction, { executionId })).rows.length > 0;
}

const selectOpenStep = prepareQuery(
  ({ db }: StoreTransaction, { executionId }: { readonly executionId: string }) =>
    db
      .selectFrom("execution_steps")
      .select("step_index")
      .where("execution_id", "=", executionId)
      .where("status", "in", ["approved", "executing"])
      .limit(1),
);
