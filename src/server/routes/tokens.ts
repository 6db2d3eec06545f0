import { z } from "zod";
import { HandsError, toIso } from "../../core/index.ts";
import type { ApiTokenRow } from "../../store/index.ts";
import type { Token } from "../api-types.ts";
import { parseScopes } from "../auth/scopes.ts";
import { createApiToken, readApiTokens, revokeToken } from "../auth/tokens.ts";
import { defineRoute } from "../route.ts";
import { instant, list as listOf, scope } from "../schemas/parts.ts";
import { done, newToken, tokenList } from "../schemas/settings.ts";

const list = defineRoute({
  method: "get",
  path: "/api/tokens",
  id: "listTokens",
  summary: "Tokens, newest first; never their secrets",
  tag: "Access",
  scope: "admin",
  answer: tokenList,
  async handle(_input, context) {
    return { items: (await readApiTokens(context.runtime.store)).map(toToken) };
  },
});

const create = defineRoute({
  method: "post",
  path: "/api/tokens",
  id: "createToken",
  summary: "Make a token; its secret is shown this once",
  tag: "Access",
  scope: "admin",
  body: z.strictObject({
    name: z.string().trim().min(1).max(100),
    scopes: listOf(scope).refine((scopes) => scopes.length > 0, { error: "expected at least one scope" }),
    expiresAt: instant.nullable().default(null),
  }),
  status: 201,
  answer: newToken,
  async handle({ body, actor }, context) {
    const { row, secret } = await createApiToken(context.runtime.store, context.random, {
      name: body.name,
      scopes: body.scopes,
      expiresAt: body.expiresAt === null ? null : Date.parse(body.expiresAt),
      by: actor.name,
    });
    return { token: toToken(row), secret };
  },
});

const revoke = defineRoute({
  method: "delete",
  path: "/api/tokens/{id}",
  id: "revokeToken",
  summary: "Revoke a token, and end the sessions that were opened with it",
  tag: "Access",
  scope: "admin",
  params: z.object({ id: z.string().min(1).max(64) }),
  answer: done,
  async handle({ params, actor }, context) {
    const { store } = context.runtime;
    const hasChanged = await revokeToken(store, { tokenId: params.id, by: actor.name });
    if (!hasChanged && !(await readApiTokens(store)).some(({ id }) => id === params.id)) {
      throw new HandsError("not_found", `there is no token ${JSON.stringify(params.id)}`);
    }
    return { hasChanged };
  },
});

export const tokenRoutes = [list, create, revoke];

function toToken(row: ApiTokenRow): Token {
  return {
    id: row.id,
    name: row.name,
    scopes: parseScopes(row.scopes_json),
    createdAt: toIso(row.created_at),
    createdBy: row.created_by,
    expiresAt: toIso(row.expires_at),
    lastUsedAt: toIso(row.last_used_at),
    revokedAt: toIso(row.revoked_at),
    revokedBy: row.revoked_by,
  };
}
