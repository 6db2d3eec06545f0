import type { Store, StoreTransaction } from "../store.ts";

/** Where something from outside entered an execution. */
export interface OutsideEntry {
  /** The first step that brought it; null where it came with what started the execution. */
  readonly stepIndex: number | null;
}

/** Where something from outside first entered an execution, or null where nothing has. */
export async function findOutsideEntry(
  source: Pick<Store | StoreTransaction, "db">,
  executionId: string,
): Promise<OutsideEntry | null> {
  const execution = await source.db
    .selectFrom("hand_executions")
    .select(["is_untrusted", "is_input_untrusted"])
    .where("id", "=", executionId)
    .executeTakeFirst();
  if (execution?.is_untrusted !== 1) return null;
  if (execution.is_input_untrusted === 1) return { stepIndex: null };
  const step = await source.db
    .selectFrom("execution_steps")
    .select((select) => select.fn.min("step_index").as("index"))
    .where("execution_id", "=", executionId)
    .where("is_untrusted", "=", 1)
    .executeTakeFirst();
  return { stepIndex: step?.index == null ? null : Number(step.index) };
}

/** Notes that something from outside has entered an execution. False where that was known. */
export async function markExecutionUntrusted(
  transaction: StoreTransaction,
  executionId: string,
): Promise<boolean> {
  const result = await transaction.db
    .updateTable("hand_executions")
    .set({ is_untrusted: 1 })
    .where("id", "=", executionId)
    .where("is_untrusted", "=", 0)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
