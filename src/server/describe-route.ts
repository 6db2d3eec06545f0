import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import type { Route } from "./route.ts";
import { apiError } from "./schemas/errors.ts";

/** The security that every route but the open ones asks for. */
export const SECURITY = [{ token: [] }, { session: [] }];

/** A route, as the document has it. */
export function describeRoute(route: Route): RouteConfig {
  const { params, query, body, header } = route;
  return {
    method: route.method,
    path: route.path,
    operationId: route.id,
    summary: route.summary,
    description: route.scope === null ? "Needs any token or session." : `Needs the scope \`${route.scope}\`.`,
    tags: [route.tag],
    security: SECURITY,
    request: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(header === undefined
        ? {}
        : {
            headers: z.object({ [header.name]: z.string().max(200).optional().describe(header.description) }),
          }),
      ...(body === undefined
        ? {}
        : {
            body: {
              required: !body.safeParse({}).success,
              content: { "application/json": { schema: body } },
            },
          }),
    },
    responses: {
      [route.status ?? 200]: {
        description: route.summary,
        content: { "application/json": { schema: route.answer } },
      },
      ...(route.method === "get" ? { 304: { description: "Nothing is new since that ETag." } } : {}),
      default: {
        description: "It failed; `code` says how.",
        content: { "application/json": { schema: apiError } },
      },
    },
  };
}
