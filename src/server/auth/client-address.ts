import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/** The address that a request came from; `unknown` where there is no socket. Headers of proxies are not believed. */
export function readClientAddress(request: Context): string {
  const bindings: unknown = request.env;
  if (typeof bindings !== "object" || bindings === null || !("incoming" in bindings)) return "unknown";
  return getConnInfo(request).remote.address ?? "unknown";
}
