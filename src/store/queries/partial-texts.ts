import type { Selectable } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { PartialTextsTable } from "../tables.ts";

/** A row of `partial_texts`. */
export type PartialTextRow = Selectable<PartialTextsTable>;

type Key = Pick<PartialTextRow, "execution_id" | "step_index" | "hand_name">;

/** Replaces the words so far of a reply under way, and tells followers. */
export async function putPartialText(transaction: StoreTransaction, key: Key, text: string): Promise<void> {
  await transaction.db
    .insertInto("partial_texts")
    .values({ ...key, text, updated_at: transaction.nowMs })
    .onConflict((conflict) =>
      conflict.columns(["execution_id", "step_index"]).doUpdateSet({ text, updated_at: transaction.nowMs }),
    )
    .execute();
  transaction.notify({ kind: "text", executionId: key.execution_id, handName: key.hand_name });
}

/** Takes the words away: the reply is there, or will not come. */
export async function deletePartialText(transaction: StoreTransaction, key: Key): Promise<void> {
  await transaction.db
    .deleteFrom("partial_texts")
    .where("execution_id", "=", key.execution_id)
    .where("step_index", "=", key.step_index)
    .execute();
  transaction.notify({ kind: "text", executionId: key.execution_id, handName: key.hand_name });
}

/** Words of replies that are under way: of one execution, or of all, the newest 100. What a process that died left behind is not among them. */
export async function listPartialTexts(
  source: Pick<Store, "db">,
  executionId: string | null,
): Promise<readonly PartialTextRow[]> {
  let query = source.db
    .selectFrom("partial_texts")
    .innerJoin("hand_executions", "hand_executions.id", "partial_texts.execution_id")
    .selectAll("partial_texts")
    .where("hand_executions.status", "=", "running")
    .whereRef("partial_texts.updated_at", ">=", "hand_executions.created_at");
  if (executionId !== null) query = query.where("partial_texts.execution_id", "=", executionId);
  return await query.orderBy("partial_texts.updated_at", "desc").limit(100).execute();
}
