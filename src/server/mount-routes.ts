import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { assertJsonDepth, HandsError, sha256 } from "../core/index.ts";
import { assertCsrf } from "./auth/check-request.ts";
import { identify } from "./auth/identify.ts";
import { allows } from "./auth/scopes.ts";
import { describeRoute } from "./describe-route.ts";
import type { Route } from "./route.ts";
import type { ServerContext } from "./server-context.ts";

const NOTHING = z.strictObject({});

/** Makes the routes answer, and puts them into the document. */
export function mountRoutes(app: OpenAPIHono, context: ServerContext, routes: readonly Route[]): void {
  for (const route of routes) {
    app.openAPIRegistry.registerPath(describeRoute(route));
    app.on(route.method.toUpperCase(), [route.path.replace(/\{(\w+)\}/g, ":$1")], (request) =>
      answer(context, route, request),
    );
  }
}

async function answer(context: ServerContext, route: Route, request: Context): Promise<Response> {
  const actor = await identify(context, request);
  if (route.scope !== null && !allows(actor.scopes, route.scope)) {
    throw new HandsError("denied", `this needs the scope ${route.scope}`, {
      hint: `${actor.name} has: ${actor.scopes.join(", ") || "none"}. \`hands token create --scope ${route.scope}\` makes a token that may.`,
    });
  }
  assertCsrf(request, actor);
  const result = await route.handle(
    {
      params: check(route.params ?? NOTHING, request.req.param(), "the address"),
      query: check(route.query ?? NOTHING, readQuery(request, route.query ?? NOTHING), "the query"),
      body: route.body === undefined ? undefined : check(route.body, await readJson(request), "the body"),
      actor,
      headers: request.req.raw.headers,
    },
    context,
  );
  const text = JSON.stringify(result);
  const type = { "content-type": "application/json; charset=utf-8" };
  if (route.method !== "get") return request.body(text, route.status ?? 200, type);
  const tag = `"${sha256(text).slice(0, 32)}"`;
  request.header("etag", tag);
  request.header("cache-control", "private, no-cache");
  const known = request.req.header("if-none-match")?.split(/\s*,\s*/) ?? [];
  if (known.includes(tag) || known.includes(`W/${tag}`)) return request.body(null, 304);
  return request.body(text, 200, type);
}

/** What the schema has as a list is one, however often it came; what came twice without being a list is refused by the schema. */
function readQuery(request: Context, schema: z.ZodObject): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(request.req.queries()).map(([name, values]) => {
      const isOne = values.length === 1 && !isList(schema.shape[name]);
      return [name, isOne ? (values[0] ?? "") : values];
    }),
  );
}

function isList(schema: z.core.$ZodType | undefined): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodReadonly) return isList(schema.unwrap());
  return schema instanceof z.ZodArray;
}

/** An absent body is an empty object. */
async function readJson(request: Context): Promise<unknown> {
  const text = await request.req.text();
  if (text.trim() === "") return {};
  const type = request.req.header("content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) {
    throw new HandsError("invalid_argument", "the body is not declared as application/json");
  }
  assertJsonDepth(text, "the body");
  try {
    return JSON.parse(text);
  } catch {
    throw new HandsError("invalid_argument", "the body is not JSON");
  }
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map(String).join("."),
    message: issue.message,
  }));
  const [first] = issues;
  const place = first?.path ? `\`${first.path}\` of ${where}` : where;
  throw new HandsError("invalid_argument", `${place}: ${first?.message ?? "not what is expected"}`, {
    hint: "What each operation takes is in /openapi.json.",
    details: { issues },
  });
}
