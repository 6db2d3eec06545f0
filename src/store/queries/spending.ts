import type { Store, StoreTransaction } from "../store.ts";
import { lockRuntimeValue } from "./runtime-values.ts";

type Source = Pick<Store | StoreTransaction, "db">;

/** What one execution cost, with what is set aside for its calls under way, in US dollars. */
export async function sumCostOf(source: Source, executionId: string): Promise<number> {
  const settled = await source.db
    .selectFrom("execution_steps")
    .select((builder) => builder.fn.sum<number>("cost_usd").as("sum"))
    .where("execution_id", "=", executionId)
    .executeTakeFirst();
  const row = await source.db
    .selectFrom("hand_executions")
    .select("reserved_cost_usd")
    .where("id", "=", executionId)
    .executeTakeFirst();
  return Number(settled?.sum ?? 0) + Number(row?.reserved_cost_usd ?? 0);
}

/**
 * What the executions of a hand (null: of all hands) cost since an instant, in US dollars: `settled` by replies that came, `reserved` for
 * calls under way.
 */
export async function sumCostSince(
  source: Source,
  handName: string | null,
  sinceMs: number,
): Promise<{ readonly settledUsd: number; readonly reservedUsd: number }> {
  const steps = source.db
    .selectFrom("execution_steps")
    .select((builder) => builder.fn.sum<number>("execution_steps.cost_usd").as("sum"))
    .where("execution_steps.completed_at", ">=", sinceMs)
    .where("execution_steps.cost_usd", "is not", null);
  const settled = await (handName === null
    ? steps
    : steps
        .innerJoin("hand_executions", "hand_executions.id", "execution_steps.execution_id")
        .where("hand_executions.hand_name", "=", handName)
  ).executeTakeFirst();
  const running = source.db
    .selectFrom("hand_executions")
    .select((builder) => builder.fn.sum<number>("reserved_cost_usd").as("sum"))
    .where("status", "=", "running");
  const reserved = await (handName === null
    ? running
    : running.where("hand_name", "=", handName)
  ).executeTakeFirst();
  return { settledUsd: Number(settled?.sum ?? 0), reservedUsd: Number(reserved?.sum ?? 0) };
}

/** Until the end of the transaction nobody else sets money of this budget aside: two that look at once would both find room. */
export async function lockBudget(transaction: StoreTransaction, budget: string): Promise<void> {
  await lockRuntimeValue(transaction, `budget.lock/${budget}`);
}

/** Notes that something was said of a budget; false where the same was said before of the same `day`. */
export async function noteSaid(transaction: StoreTransaction, what: string, day: string): Promise<boolean> {
  const noted = await transaction.db
    .insertInto("runtime_state")
    .values({ key: what, value: day, updated_at: transaction.nowMs })
    .onConflict((conflict) =>
      conflict
        .column("key")
        .doUpdateSet({ value: day, updated_at: transaction.nowMs })
        .where("runtime_state.value", "!=", day),
    )
    .returning("key")
    .execute();
  return noted.length > 0;
}
