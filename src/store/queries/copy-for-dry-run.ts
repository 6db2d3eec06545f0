import { sql } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import { PRIORITY } from "./executions.ts";
import { insertExecution } from "./new-executions.ts";
import { insertSteps } from "./steps.ts";

/** The longest day of any timezone, with an hour for a change of clocks. */
const LONGEST_DAY_MS = 25 * 3_600_000;
/** No timezone's midnight is anywhere but on a quarter of an hour. */
const QUARTER_MS = 900_000;

/**
 * Gives an empty store what a run of a hand reads of another one: what the hand remembers, the answers that were remembered for it, and
 * what models cost in the last day, of every hand. Costs stand there as executions of their own.
 */
export async function copyForDryRun(
  from: Pick<Store, "db" | "nowMs">,
  to: Store,
  handName: string,
): Promise<void> {
  const memory = await from.db
    .selectFrom("hand_memory")
    .selectAll()
    .where("hand_name", "=", handName)
    .execute();
  const rules = await from.db
    .selectFrom("approval_rules")
    .selectAll()
    .where("hand_name", "=", handName)
    .where("execution_id", "is", null)
    .execute();
  const costs = await listCosts(from);
  await to.transaction(async (transaction) => {
    for (const row of memory) await transaction.db.insertInto("hand_memory").values(row).execute();
    for (const row of rules) await transaction.db.insertInto("approval_rules").values(row).execute();
    for (const cost of costs) await insertCost(transaction, cost);
  });
}

interface Cost {
  readonly hand_name: string;
  readonly completed_at: number;
  readonly cost_usd: number;
}

/** What each hand's models cost in each quarter of an hour. */
async function listCosts(from: Pick<Store, "db" | "nowMs">): Promise<readonly Cost[]> {
  const quarter = sql<number>`execution_steps.completed_at / ${sql.lit(QUARTER_MS)}`;
  const rows = await from.db
    .selectFrom("execution_steps")
    .innerJoin("hand_executions", "hand_executions.id", "execution_steps.execution_id")
    .select((builder) => [
      "hand_executions.hand_name",
      builder.fn.min<number>("execution_steps.completed_at").as("completed_at"),
      builder.fn.sum<number>("execution_steps.cost_usd").as("cost_usd"),
    ])
    .where("execution_steps.completed_at", ">=", from.nowMs() - LONGEST_DAY_MS)
    .where("execution_steps.cost_usd", ">", 0)
    .groupBy(["hand_executions.hand_name", quarter])
    .execute();
  return rows.map((row) => ({
    hand_name: row.hand_name,
    completed_at: Number(row.completed_at),
    cost_usd: Number(row.cost_usd),
  }));
}

/** An execution that ended, and cost this. */
async function insertCost(transaction: StoreTransaction, cost: Cost): Promise<void> {
  const { hand_name: handName, completed_at, cost_usd } = cost;
  const row = await insertExecution(transaction, {
    handName,
    trigger: "manual",
    scheduledFor: null,
    priority: PRIORITY.manual,
    input: null,
    parameters: null,
    eventId: null,
    chain: [],
    retryOf: null,
    notBefore: null,
    isUntrusted: false,
  });
  if (row === null) return;
  await transaction.db
    .updateTable("hand_executions")
    .set({ status: "ended", outcome: "success", completed_at, cost_usd })
    .where("id", "=", row.id)
    .execute();
  await insertSteps(transaction, [
    {
      execution_id: row.id,
      step_index: 0,
      kind: "model",
      name: "spent",
      status: "done",
      created_at: completed_at,
      completed_at,
      cost_usd,
    },
  ]);
}
