import type { Store } from "../store.ts";
import type { StepRow } from "./steps.ts";

/** Steps that people are shown, from an index on, in order. */
export async function pageSteps(
  source: Pick<Store, "db">,
  executionId: string,
  page: { readonly fromIndex: number; readonly limit: number },
): Promise<readonly StepRow[]> {
  return await source.db
    .selectFrom("execution_steps")
    .selectAll()
    .where("execution_id", "=", executionId)
    .where("kind", "!=", "value")
    .where("step_index", ">=", page.fromIndex)
    .orderBy("step_index")
    .limit(page.limit)
    .execute();
}

export async function findStep(
  source: Pick<Store, "db">,
  executionId: string,
  index: number,
): Promise<StepRow | undefined> {
  return await source.db
    .selectFrom("execution_steps")
    .selectAll()
    .where("execution_id", "=", executionId)
    .where("step_index", "=", index)
    .executeTakeFirst();
}

/** The last steps before an index that people are shown, oldest first. */
export async function listStepsBefore(
  source: Pick<Store, "db">,
  executionId: string,
  page: { readonly beforeIndex: number; readonly limit: number },
): Promise<readonly StepRow[]> {
  const rows = await source.db
    .selectFrom("execution_steps")
    .selectAll()
    .where("execution_id", "=", executionId)
    .where("kind", "!=", "value")
    .where("step_index", "<", page.beforeIndex)
    .orderBy("step_index", "desc")
    .limit(page.limit)
    .execute();
  return rows.reverse();
}
