import type { Insertable, Selectable, Updateable } from "kysely";
import { notBefore } from "../not-before.ts";
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
  return await transaction.db
    .insertInto("execution_steps")
    .values(
      steps.map((step) => ({
        effect: null,
        turn_index: null,
        call_id: null,
        args_json: null,
        args_hash: null,
        result_json: null,
        error_json: null,
        approval_id: null,
        attempt: 0,
        tool_version: null,
        created_at: transaction.nowMs,
        started_at: null,
        completed_at: null,
        result_order: null,
        wake_at: null,
        input_tokens: 0,
        output_tokens: 0,
        cost_usd: null,
        detail_json: null,
        node_id: null,
        is_untrusted: 0,
        ...step,
        ...(step.completed_at == null
          ? {}
          : {
              completed_at: Math.max(
                step.completed_at,
                step.started_at ?? 0,
                step.created_at ?? transaction.nowMs,
              ),
            }),
      })),
    )
    .returningAll()
    .execute();
}

/** Changes one step where it is in one of the given states; gives it as it is now, or null where it was in another. */
export async function updateStep(
  transaction: StoreTransaction,
  step: Pick<StepRow, "execution_id" | "step_index">,
  from: readonly StepRow["status"][],
  change: Updateable<ExecutionStepsTable>,
): Promise<StepRow | null> {
  const row = await transaction.db
    .updateTable("execution_steps")
    .set({ ...change, ...keepOrder(change) })
    .where("execution_id", "=", step.execution_id)
    .where("step_index", "=", step.step_index)
    .where("status", "in", [...from])
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** The instants of a change, none of them before what was written down earlier. */
function keepOrder({ started_at, completed_at }: Updateable<ExecutionStepsTable>) {
  return {
    ...(typeof started_at === "number" ? { started_at: notBefore(started_at, "created_at") } : {}),
    ...(typeof completed_at === "number"
      ? { completed_at: notBefore(completed_at, "created_at", "started_at") }
      : {}),
  };
}

/** The journal of an execution, in order. */
export async function listSteps(
  source: Pick<Store | StoreTransaction, "db">,
  executionId: string,
): Promise<StepRow[]> {
  return await source.db
    .selectFrom("execution_steps")
    .selectAll()
    .where("execution_id", "=", executionId)
    .orderBy("step_index")
    .execute();
}
