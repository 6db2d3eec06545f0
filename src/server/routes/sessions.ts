import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import { z } from "zod";
import { HandsError, toIso } from "../../core/index.ts";
import { findActiveApiToken } from "../../store/index.ts";
import { readClientAddress } from "../auth/client-address.ts";
import { parseScopes } from "../auth/scopes.ts";
import { deriveCsrfToken, hashSecret } from "../auth/secrets.ts";
import type { OpenedSession } from "../auth/sessions.ts";
import { closeSession, openSessionByCode, openSessionByToken } from "../auth/sessions.ts";
import { renderPage } from "../pages/plain-page.ts";
import { defineRoute } from "../route.ts";
import { apiError } from "../schemas/errors.ts";
import { done, session } from "../schemas/settings.ts";
import type { ServerContext } from "../server-context.ts";

const show = defineRoute({
  method: "get",
  path: "/api/session",
  id: "getSession",
  summary: "Who the caller is and may do",
  tag: "Access",
  scope: null,
  answer: session,
  async handle({ actor }) {
    const { name, kind, scopes, expiresAt, csrfToken } = actor;
    return { name, kind, scopes, expiresAt: toIso(expiresAt), csrfToken };
  },
});

const logout = defineRoute({
  method: "post",
  path: "/api/logout",
  id: "logout",
  summary: "End the session",
  tag: "Access",
  scope: null,
  answer: done,
  async handle({ actor }, context) {
    if (actor.kind === "token") throw new HandsError("invalid_argument", "a token has no session to end");
    return { hasChanged: await closeSession(context.runtime.store, actor) };
  },
});

export const sessionRoutes = [show, logout];

const loginBody = z.strictObject({ token: z.string().min(1).max(200) });

/** Adds what logs in, which nobody can be logged in for. */
export function mountLogin(app: OpenAPIHono, context: ServerContext): void {
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/api/login",
    operationId: "login",
    summary: "Open a session with a token; its cookie is HttpOnly",
    tags: ["Access"],
    security: [],
    request: { body: { required: true, content: { "application/json": { schema: loginBody } } } },
    responses: {
      200: { description: "Logged in", content: { "application/json": { schema: session } } },
      default: { description: "It failed.", content: { "application/json": { schema: apiError } } },
    },
  });
  app.post("/api/login", (request) => login(context, request));
  app.get("/login", (request) => followLink(context, request));
}

async function login(context: ServerContext, request: Context): Promise<Response> {
  if (!/^application\/json\b/i.test(request.req.header("content-type") ?? "")) {
    throw new HandsError("invalid_argument", "the body is not declared as application/json");
  }
  const body = loginBody.safeParse(await request.req.json().catch(() => null));
  if (!body.success) throw new HandsError("invalid_argument", 'expected { "token": "…" }');
  const { store } = context.runtime;
  const row = await findActiveApiToken(store, hashSecret(body.data.token), store.nowMs());
  if (row === undefined)
    throw failLogin(context, request, "the token is not known, was revoked or has expired");
  const opened = await openSessionByToken(store, context.random, row);
  setSessionCookie(context, request, opened);
  return request.json({
    name: opened.row.name,
    kind: "session",
    scopes: parseScopes(opened.row.scopes_json),
    expiresAt: toIso(opened.row.expires_at),
    csrfToken: deriveCsrfToken(opened.secret),
  });
}

/** The link that the first start prints: it works once. */
async function followLink(context: ServerContext, request: Context): Promise<Response> {
  const code = request.req.query("code") ?? "";
  const operator = context.operatorName;
  const opened =
    code === "" ? null : await openSessionByCode(context.runtime.store, context.random, { code, operator });
  if (opened !== null) {
    setSessionCookie(context, request, opened);
    return request.redirect("/", 303);
  }
  // Counted, so that guessing ends soon; the page itself says what to do.
  if (code !== "") context.failedLogins.take(readClientAddress(request));
  return request.html(
    renderPage("This link has been used or is too old", [
      "A login link works once, within an hour.",
      "Run <code>hands token login</code> on the machine that hands runs on: it prints a new one.",
    ]),
    401,
  );
}

function failLogin(context: ServerContext, request: Context, message: string): HandsError {
  context.failedLogins.take(readClientAddress(request));
  return new HandsError("not_authorised", message, {
    hint: "`hands token create` makes a new one; `hands token login` prints a link that logs in.",
  });
}

function setSessionCookie(context: ServerContext, request: Context, opened: OpenedSession): void {
  setCookie(request, context.cookieName, opened.secret, {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    secure: context.isSecure,
    expires: new Date(opened.row.expires_at),
  });
}
