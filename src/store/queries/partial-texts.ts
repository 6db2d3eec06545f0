import type { Selectable } from "kysely";
import type { TextPiece } from "../../core/index.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { PartialTextsTable } from "../tables.ts";

/** A row of `partial_texts`. */
export type PartialTextRow = Selectable<PartialTextsTable>;

/** A reply under way. */
interface ReplyKey {
  readonly executionId: string;
  readonly handName: string;
  readonly stepIndex: number;
}

/** Replaces the newest words of replies under way, and tells followers. */
export async function putPartialTexts(
  transaction: StoreTransaction,
  texts: readonly { readonly of: ReplyKey; readonly words: TextPiece }[],
): Promise<void> {
  const rows = texts.map(({ of, words }) => ({
    execution_id: of.executionId,
    step_index: of.stepIndex,
    hand_name: of.handName,
    text_offset: words.offset,
    text: words.text,
    updated_at: transaction.nowMs,
  }));
  await transaction.db
    .insertInto("partial_texts")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["execution_id", "step_index"]).doUpdateSet(({ ref }) => ({
        text_offset: ref("excluded.text_offset"),
        text: ref("excluded.text"),
        updated_at: transaction.nowMs,
      })),
    )
    .execute();
  for (const { of } of texts) {
    transaction.notify({ kind: "text", executionId: of.executionId, handName: of.handName });
  }
}

/** Takes the words away: the reply is there, or will not come. */
export async function deletePartialText(
  transaction: StoreTransaction,
  { executionId, handName, stepIndex }: ReplyKey,
): Promise<void> {
  await transaction.db
    .deleteFrom("partial_texts")
    .where("execution_id", "=", executionId)
    .where("step_index", "=", stepIndex)
    .execute();
  transaction.notify({ kind: "text", executionId, handName });
}

/**
 * Words of replies that are under way: of these executions, or of all, the newest 100. What a process that died left behind is not among
 * them.
 */
export async function listPartialTexts(
  source: Pick<Store, "db">,
  executionIds: readonly string[] | null,
): Promise<readonly PartialTextRow[]> {
  let query = source.db
    .selectFrom("partial_texts")
    .innerJoin("hand_executions", "hand_executions.id", "partial_texts.execution_id")
    .selectAll("partial_texts")
    .where("hand_executions.status", "=", "running")
    .whereRef("partial_texts.updated_at", ">=", "hand_executions.created_at");
  if (executionIds !== null) query = query.where("partial_texts.execution_id", "in", executionIds);
  return await query.orderBy("partial_texts.updated_at", "desc").limit(100).execute();
}
