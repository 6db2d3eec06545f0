import type { Insertable, Selectable } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { ApiTokensTable } from "../tables.ts";

/** A row of `api_tokens`. */
export type ApiTokenRow = Selectable<ApiTokensTable>;

export async function insertApiToken(
  transaction: StoreTransaction,
  row: Insertable<ApiTokensTable>,
): Promise<ApiTokenRow> {
  return await transaction.db.insertInto("api_tokens").values(row).returningAll().executeTakeFirstOrThrow();
}

/** A token that is in force: neither revoked nor expired. */
export async function findActiveApiToken(
  source: Pick<Store, "db">,
  secretHash: string,
  nowMs: number,
): Promise<ApiTokenRow | undefined> {
  return await source.db
    .selectFrom("api_tokens")
    .selectAll()
    .where("secret_hash", "=", secretHash)
    .where("revoked_at", "is", null)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", nowMs)]))
    .executeTakeFirst();
}

/** Every token, revoked ones too, newest first; at most 1,000. */
export async function listApiTokens(source: Pick<Store, "db">): Promise<readonly ApiTokenRow[]> {
  return await source.db
    .selectFrom("api_tokens")
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(1000)
    .execute();
}

/** Revokes a token and ends its sessions, once; null where it was not in force any more. */
export async function revokeApiToken(
  transaction: StoreTransaction,
  id: string,
  by: string,
): Promise<ApiTokenRow | null> {
  const row = await transaction.db
    .updateTable("api_tokens")
    .set({ revoked_at: transaction.nowMs, revoked_by: by })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
  await transaction.db
    .updateTable("sessions")
    .set({ ended_at: transaction.nowMs })
    .where("token_id", "=", id)
    .where("ended_at", "is", null)
    .execute();
  return row;
}

/** Notes that a token was used. */
export async function touchApiToken(transaction: StoreTransaction, id: string): Promise<void> {
  await transaction.db
    .updateTable("api_tokens")
    .set({ last_used_at: transaction.nowMs })
    .where("id", "=", id)
    .execute();
}
