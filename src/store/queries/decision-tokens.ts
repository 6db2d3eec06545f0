import type { Insertable, Selectable } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { DecisionTokensTable } from "../tables.ts";

/** A row of `decision_tokens`. */
export type DecisionTokenRow = Selectable<DecisionTokensTable>;

export async function insertDecisionTokens(
  transaction: StoreTransaction,
  rows: readonly Insertable<DecisionTokensTable>[],
): Promise<void> {
  if (rows.length > 0)
    await transaction.db
      .insertInto("decision_tokens")
      .values([...rows])
      .execute();
}

export async function findDecisionToken(
  source: Pick<Store, "db">,
  tokenHash: string,
): Promise<DecisionTokenRow | undefined> {
  return await source.db
    .selectFrom("decision_tokens")
    .selectAll()
    .where("token_hash", "=", tokenHash)
    .executeTakeFirst();
}

/** Notes who used a token, once. */
export async function useDecisionToken(
  transaction: StoreTransaction,
  tokenHash: string,
  by: { readonly sender: string; readonly senderName: string | null },
): Promise<void> {
  await transaction.db
    .updateTable("decision_tokens")
    .set({ used_at: transaction.nowMs, used_by: by.sender, used_by_name: by.senderName })
    .where("token_hash", "=", tokenHash)
    .where("used_at", "is", null)
    .execute();
}

/** The tokens that decided these requests. */
export async function listTokenUses(
  source: Pick<Store | StoreTransaction, "db">,
  approvalIds: readonly string[],
): Promise<readonly Pick<DecisionTokenRow, "approval_id" | "used_by" | "used_by_name">[]> {
  if (approvalIds.length === 0) return [];
  return await source.db
    .selectFrom("decision_tokens")
    .select(["approval_id", "used_by", "used_by_name"])
    .where("approval_id", "in", [...approvalIds])
    .where("used_at", "is not", null)
    .execute();
}
