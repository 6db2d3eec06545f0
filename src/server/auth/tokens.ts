import type { Random } from "../../core/index.ts";
import { HandsError } from "../../core/index.ts";
import type { ApiTokenRow, Store } from "../../store/index.ts";
import { appendEvent, insertApiToken, listApiTokens, revokeApiToken } from "../../store/index.ts";
import type { Scope } from "./scopes.ts";
import { createSecret, hashSecret } from "./secrets.ts";

/** What a new token is to be. */
export interface NewTokenInput {
  /** What people call it: 1 to 100 characters. Decisions made with it are recorded under `token:<name>`. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Epoch milliseconds; null for never. */
  readonly expiresAt: number | null;
  readonly by: string;
}

const TOKEN_PREFIX = "hands";

/** Makes a token. Its secret is given this once; only the hash is kept. Throws: `invalid_argument`. */
export async function createApiToken(
  store: Store,
  random: Random,
  input: NewTokenInput,
): Promise<{ readonly row: ApiTokenRow; readonly secret: string }> {
  const name = input.name.trim();
  if (name.length === 0 || name.length > 100) {
    throw new HandsError("invalid_argument", "a token's name has 1 to 100 characters");
  }
  if (input.scopes.length === 0) {
    throw new HandsError("invalid_argument", "a token without a scope may do nothing", {
      hint: "Give at least one of read, trigger, decide, admin.",
    });
  }
  if (input.expiresAt !== null && input.expiresAt <= store.nowMs()) {
    throw new HandsError("invalid_argument", "a token cannot expire before it begins");
  }
  const secret = createSecret(random, TOKEN_PREFIX);
  const row = await store.transaction(async (transaction) => {
    const inserted = await insertApiToken(transaction, {
      id: transaction.ids.next(),
      name,
      scopes_json: JSON.stringify([...new Set(input.scopes)]),
      secret_hash: hashSecret(secret),
      created_at: transaction.nowMs,
      created_by: input.by,
      expires_at: input.expiresAt,
      last_used_at: null,
      revoked_at: null,
      revoked_by: null,
    });
    const data = { tokenId: inserted.id, name, scopes: [...input.scopes], by: input.by };
    await appendEvent(transaction, { type: "token.created", data, isAudited: true });
    return inserted;
  });
  return { row, secret };
}

/** Every token, revoked ones too, newest first. */
export async function readApiTokens(store: Pick<Store, "db">): Promise<readonly ApiTokenRow[]> {
  return await listApiTokens(store);
}

/** Revokes a token and ends the sessions made with it. False where it is not in force, or never was. */
export async function revokeToken(
  store: Store,
  { tokenId, by }: { readonly tokenId: string; readonly by: string },
): Promise<boolean> {
  return await store.transaction(async (transaction) => {
    const row = await revokeApiToken(transaction, tokenId, by);
    if (row === null) return false;
    const data = { tokenId, name: row.name, by };
    await appendEvent(transaction, { type: "token.revoked", data, isAudited: true });
    return true;
  });
}
