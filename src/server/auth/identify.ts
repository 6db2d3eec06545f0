import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { describeError, HandsError } from "../../core/index.ts";
import { findActiveApiToken, findActiveSession, touchApiToken } from "../../store/index.ts";
import type { ServerContext } from "../server-context.ts";
import { readClientAddress } from "./client-address.ts";
import type { Scope } from "./scopes.ts";
import { parseScopes } from "./scopes.ts";
import { deriveCsrfToken, hashSecret } from "./secrets.ts";

/** Who makes a request. */
export interface Actor {
  readonly kind: "session" | "token";
  /** Of the session or token. */
  readonly id: string;
  /** What decisions are recorded under. */
  readonly name: string;
  /** Through what: `dashboard` or `api`. */
  readonly via: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: number | null;
  /** Null for a token, which no browser sends by itself. */
  readonly csrfToken: string | null;
}

/** How precisely the last use of a token is noted. */
const TOUCH_EVERY_MS = 60_000;

/**
 * Finds out who makes a request: by `Authorization: Bearer`, else by the session's cookie. Whoever has a valid one is never held up by
 * others' failed attempts, which are limited by their address.
 *
 * Throws: `not_authorised`, `rate_limited`.
 */
export async function identify(context: ServerContext, request: Context): Promise<Actor> {
  const bearer = /^Bearer +(\S+)$/i.exec(request.req.header("authorization") ?? "")?.[1];
  const cookie = getCookie(request, context.cookieName);
  const actor =
    bearer !== undefined
      ? await findTokenActor(context, bearer)
      : cookie !== undefined
        ? await findSessionActor(context, cookie)
        : null;
  if (actor !== null) return actor;
  if (bearer !== undefined || cookie !== undefined) context.failedLogins.take(readClientAddress(request));
  throw new HandsError(
    "not_authorised",
    bearer !== undefined
      ? "the token is not known, was revoked or has expired"
      : cookie !== undefined
        ? "the session is over"
        : "nobody is logged in",
    {
      hint: "Open the link that `hands token login` prints, or send a token of `hands token create` as `Authorization: Bearer …`.",
    },
  );
}

async function findTokenActor(context: ServerContext, secret: string): Promise<Actor | null> {
  const { store } = context.runtime;
  const row = await findActiveApiToken(store, hashSecret(secret), store.nowMs());
  if (row === undefined) return null;
  if (row.last_used_at === null || store.nowMs() - row.last_used_at >= TOUCH_EVERY_MS) {
    // Nobody has to wait for it, and nothing depends on it.
    store
      .transaction((transaction) => touchApiToken(transaction, row.id))
      .catch((error: unknown) =>
        context.logger.warn("could not note the use of a token", { error: describeError(error) }),
      );
  }
  return {
    kind: "token",
    id: row.id,
    name: `token:${row.name}`,
    via: "api",
    scopes: parseScopes(row.scopes_json),
    expiresAt: row.expires_at,
    csrfToken: null,
  };
}

async function findSessionActor(context: ServerContext, secret: string): Promise<Actor | null> {
  const { store } = context.runtime;
  const row = await findActiveSession(store, hashSecret(secret), store.nowMs());
  if (row === undefined) return null;
  return {
    kind: "session",
    id: row.id,
    name: row.name,
    via: "dashboard",
    scopes: parseScopes(row.scopes_json),
    expiresAt: row.expires_at,
    csrfToken: deriveCsrfToken(secret),
  };
}
