import type { Insertable, Selectable } from "kysely";
import type { Store, StoreTransaction } from "../store.ts";
import type { SessionsTable } from "../tables.ts";

/** A row of `sessions`. */
export type SessionRow = Selectable<SessionsTable>;

/** Opens a session, and removes those that are over. */
export async function insertSession(
  transaction: StoreTransaction,
  row: Insertable<SessionsTable>,
): Promise<SessionRow> {
  await transaction.db.deleteFrom("sessions").where("expires_at", "<=", transaction.nowMs).execute();
  return await transaction.db.insertInto("sessions").values(row).returningAll().executeTakeFirstOrThrow();
}

/** A session that goes on, whose token, if it has one, is in force. */
export async function findActiveSession(
  source: Pick<Store, "db">,
  secretHash: string,
  nowMs: number,
): Promise<SessionRow | undefined> {
  return await source.db
    .selectFrom("sessions")
    .leftJoin("api_tokens", "api_tokens.id", "sessions.token_id")
    .selectAll("sessions")
    .where("sessions.secret_hash", "=", secretHash)
    .where("sessions.ended_at", "is", null)
    .where("sessions.expires_at", ">", nowMs)
    .where("api_tokens.revoked_at", "is", null)
    .where((where) =>
      where.or([where("api_tokens.expires_at", "is", null), where("api_tokens.expires_at", ">", nowMs)]),
    )
    .executeTakeFirst();
}

/** Ends a session. False where it was over. */
export async function endSession(transaction: StoreTransaction, id: string): Promise<boolean> {
  const result = await transaction.db
    .updateTable("sessions")
    .set({ ended_at: transaction.nowMs })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Records a link that logs in once, and removes those that are over. */
export async function insertLoginLink(
  transaction: StoreTransaction,
  link: { readonly secretHash: string; readonly expiresAt: number },
): Promise<void> {
  await transaction.db.deleteFrom("login_links").where("expires_at", "<=", transaction.nowMs).execute();
  await transaction.db
    .insertInto("login_links")
    .values({
      secret_hash: link.secretHash,
      created_at: transaction.nowMs,
      expires_at: link.expiresAt,
      used_at: null,
    })
    .execute();
}

/** Uses a link up. False where it was used before, has expired or never was. */
export async function useLoginLink(transaction: StoreTransaction, secretHash: string): Promise<boolean> {
  const result = await transaction.db
    .updateTable("login_links")
    .set({ used_at: transaction.nowMs })
    .where("secret_hash", "=", secretHash)
    .where("used_at", "is", null)
    .where("expires_at", ">", transaction.nowMs)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Can anybody log in, or is anybody: is there a token or a session in force? */
export async function hasAnyAccess(source: Pick<Store, "db">, nowMs: number): Promise<boolean> {
  const token = await source.db
    .selectFrom("api_tokens")
    .select("id")
    .where("revoked_at", "is", null)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", nowMs)]))
    .limit(1)
    .executeTakeFirst();
  if (token !== undefined) return true;
  const session = await source.db
    .selectFrom("sessions")
    .select("id")
    .where("ended_at", "is", null)
    .where("expires_at", ">", nowMs)
    .limit(1)
    .executeTakeFirst();
  return session !== undefined;
}
