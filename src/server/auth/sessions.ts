import type { Random } from "../../core/index.ts";
import type { ApiTokenRow, SessionRow, Store } from "../../store/index.ts";
import { appendEvent, endSession, insertLoginLink, insertSession, useLoginLink } from "../../store/index.ts";
import type { Scope } from "./scopes.ts";
import { parseScopes, SCOPES } from "./scopes.ts";
import { createSecret, hashSecret } from "./secrets.ts";

/** How long a browser stays logged in. */
export const SESSION_MS = 30 * 86_400_000;

/** How long a login link can be used. */
const LOGIN_LINK_MS = 60 * 60_000;

/** A session that was opened, with the secret that its cookie carries. */
export interface OpenedSession {
  readonly row: SessionRow;
  readonly secret: string;
}

/** Makes the code of a link that logs in once, within the hour, as the operator. */
export async function createLoginCode(store: Store, random: Random): Promise<string> {
  const code = createSecret(random, "login");
  const expiresAt = store.nowMs() + LOGIN_LINK_MS;
  await store.transaction(async (transaction) => {
    await insertLoginLink(transaction, { secretHash: hashSecret(code), expiresAt });
    await appendEvent(transaction, { type: "login_link.created", data: { expiresAt }, isAudited: true });
  });
  return code;
}

/** Opens the operator's session by a login link's code; null where the code was used, has expired or never was. */
export async function openSessionByCode(
  store: Store,
  random: Random,
  { code, operator }: { readonly code: string; readonly operator: string },
): Promise<OpenedSession | null> {
  const secret = createSecret(random, "session");
  const row = await store.transaction(async (transaction) => {
    if (!(await useLoginLink(transaction, hashSecret(code)))) return null;
    return await open(transaction, { secret, name: operator, scopes: SCOPES, token: null });
  });
  return row === null ? null : { row, secret };
}

/** Opens a session with a token's scopes; it ends with the token. */
export async function openSessionByToken(
  store: Store,
  random: Random,
  token: ApiTokenRow,
): Promise<OpenedSession> {
  const secret = createSecret(random, "session");
  const scopes = parseScopes(token.scopes_json);
  const row = await store.transaction((transaction) =>
    open(transaction, { secret, name: token.name, scopes, token }),
  );
  return { row, secret };
}

/** Ends a session. False where it was over. */
export async function closeSession(
  store: Store,
  session: { readonly id: string; readonly name: string },
): Promise<boolean> {
  return await store.transaction(async (transaction) => {
    if (!(await endSession(transaction, session.id))) return false;
    const data = { sessionId: session.id, by: session.name };
    await appendEvent(transaction, { type: "session.closed", data, isAudited: true });
    return true;
  });
}

async function open(
  transaction: Parameters<Parameters<Store["transaction"]>[0]>[0],
  session: {
    readonly secret: string;
    readonly name: string;
    readonly scopes: readonly Scope[];
    readonly token: ApiTokenRow | null;
  },
): Promise<SessionRow> {
  const { secret, name, scopes, token } = session;
  const until = transaction.nowMs + SESSION_MS;
  const row = await insertSession(transaction, {
    id: transaction.ids.next(),
    name,
    scopes_json: JSON.stringify(scopes),
    secret_hash: hashSecret(secret),
    token_id: token?.id ?? null,
    created_at: transaction.nowMs,
    expires_at: token?.expires_at == null ? until : Math.min(until, token.expires_at),
    ended_at: null,
  });
  const data = { sessionId: row.id, name, by: token === null ? "login link" : `token:${token.name}` };
  await appendEvent(transaction, { type: "session.opened", data, isAudited: true });
  return row;
}
