import type { Insertable, Selectable } from "kysely";
import { sql } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { ApprovalRulesTable } from "../tables.ts";

/** A row of `approval_rules`. */
export type ApprovalRuleRow = Selectable<ApprovalRulesTable>;

export async function insertApprovalRule(
  transaction: StoreTransaction,
  row: Insertable<ApprovalRulesTable>,
): Promise<ApprovalRuleRow> {
  return await transaction.db
    .insertInto("approval_rules")
    .values(row)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What a rule is looked up by; the fixed arguments are compared by the caller. */
export interface RuleKey {
  readonly handName: string;
  readonly executionId: string | null;
  readonly tool: string;
  readonly action: string;
  readonly versionHash: string | null;
  readonly toolVersion: string | null;
}

/** Rules in force for a call, the oldest first, whatever their arguments say. */
export async function findRulesFor(
  transaction: StoreTransaction,
  key: RuleKey,
): Promise<readonly ApprovalRuleRow[]> {
  return await transaction.db
    .selectFrom("approval_rules")
    .selectAll()
    .where("hand_name", "=", key.handName)
    .where("tool", "=", key.tool)
    .where("action", "=", key.action)
    .where("version_hash", key.versionHash === null ? "is" : "=", key.versionHash)
    .where("tool_version", key.toolVersion === null ? "is" : "=", key.toolVersion)
    .where("revoked_at", "is", null)
    .where((where) =>
      where.or([where("expires_at", "is", null), where("expires_at", ">", transaction.nowMs)]),
    )
    .where((where) =>
      key.executionId === null
        ? where("execution_id", "is", null)
        : where.or([where("execution_id", "is", null), where("execution_id", "=", key.executionId)]),
    )
    .orderBy("created_at")
    .orderBy("id")
    .execute();
}

/** Counts one use of a rule that is still in force. False where it was revoked meanwhile. */
export async function countRuleUse(transaction: StoreTransaction, id: string): Promise<boolean> {
  const result = await transaction.db
    .updateTable("approval_rules")
    .set({ use_count: sql<number>`use_count + 1` })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Rules that somebody could still want to revoke, newest first: neither revoked nor expired. */
export async function listApprovalRules(
  source: Pick<Store | StoreTransaction, "db">,
  nowMs: number,
  handName: string | null,
): Promise<readonly ApprovalRuleRow[]> {
  let query = source.db
    .selectFrom("approval_rules")
    .selectAll()
    .where("revoked_at", "is", null)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", nowMs)]));
  if (handName !== null) query = query.where("hand_name", "=", handName);
  return await query.orderBy("created_at", "desc").orderBy("id", "desc").execute();
}

/** Revokes a rule, once; null where it was not in force any more. */
export async function revokeApprovalRule(
  transaction: StoreTransaction,
  id: string,
  by: string,
): Promise<ApprovalRuleRow | null> {
  const row = await transaction.db
    .updateTable("approval_rules")
    .set({ revoked_at: transaction.nowMs, revoked_by: by })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}
