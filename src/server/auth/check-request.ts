import type { Context, MiddlewareHandler } from "hono";
import { HandsError } from "../../core/index.ts";
import type { ServerContext } from "../server-context.ts";
import type { Actor } from "./identify.ts";
import { isSameSecret } from "./secrets.ts";

/** The header that carries a session's CSRF token. */
export const CSRF_HEADER = "x-hands-csrf";

/**
 * Refuses requests that a web page of somebody else could have made: a `Host` that is none of ours, as after DNS rebinding, and an `Origin`
 * that is not the host itself. Throws: `denied`.
 */
export function checkOrigin(context: ServerContext): MiddlewareHandler {
  return async (request, next) => {
    const host = readHost(context, request);
    const origin = request.req.header("origin");
    const site = request.req.header("sec-fetch-site");
    const isForeignOrigin = origin !== undefined && !isOwnOrigin(context, origin, host);
    const isForeignSite = site === "cross-site" || site === "same-site";
    if (isForeignOrigin || (isForeignSite && !isNavigation(request))) {
      throw new HandsError("denied", "pages of another origin may not use this API", {
        hint: "Call it from a program with a token, or from the dashboard itself.",
      });
    }
    await next();
  };
}

/**
 * Refuses a `Host` that is none of ours, and nothing else: for what needs a secret of its own and no cookie, and may be called from other
 * sites. Throws: `denied`.
 */
export function checkHost(context: ServerContext): MiddlewareHandler {
  return async (request, next) => {
    readHost(context, request);
    await next();
  };
}

function readHost(context: ServerContext, request: Context): string {
  const host = request.req.header("host") ?? new URL(request.req.url).host;
  if (context.hostNames.has(readHostName(host))) return host;
  throw new HandsError("denied", `requests to the host ${JSON.stringify(host)} are not answered`, {
    hint: "Use the address that `hands up` printed, or name the public one: `public_url` in [server] of hands.toml.",
  });
}

/** Refuses a change that a session's cookie alone vouches for. Throws: `denied`. */
export function assertCsrf(request: Context, actor: Actor): void {
  if (actor.csrfToken === null || request.req.method === "GET" || request.req.method === "HEAD") return;
  const given = request.req.header(CSRF_HEADER);
  if (given !== undefined && isSameSecret(given, actor.csrfToken)) return;
  throw new HandsError("denied", `the header ${CSRF_HEADER} is missing or wrong`, {
    hint: "Send the csrfToken of GET /api/session in it.",
  });
}

function isOwnOrigin(context: ServerContext, origin: string, host: string): boolean {
  if (context.origins.has(origin.toLowerCase())) return true;
  return URL.parse(origin)?.host === host.toLowerCase();
}

/** Somebody follows a link to a page, which has nothing to read or change by itself. */
function isNavigation(request: Context): boolean {
  return request.req.method === "GET" && request.req.header("sec-fetch-mode") === "navigate";
}

/** The name of a `Host` header, in lower case and without its port. */
function readHostName(host: string): string {
  return URL.parse(`http://${host}`)?.hostname.toLowerCase() ?? "";
}
