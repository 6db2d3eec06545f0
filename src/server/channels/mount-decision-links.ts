import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { checkHost } from "../auth/check-request.ts";
import { readClientAddress } from "../auth/client-address.ts";
import { renderPage } from "../pages/plain-page.ts";
import { apiError } from "../schemas/errors.ts";
import type { ServerContext } from "../server-context.ts";
import { renderAnswerPage, renderDecisionPage } from "./decision-page.ts";

/** A program that decides sends this header, or says that it wants JSON; a browser sends the form. */
const CONFIRM_HEADER = "x-hands-confirm";

const params = z.object({ token: z.string().min(1).max(200) });
const decided = z.object({
  isDecided: z.boolean(),
  /** What the one who decides is told. */
  text: z.string(),
});

/**
 * Adds the pages behind the links of requests. Their secret is all that it takes: no session, and so no CSRF token. Whatever only reads an
 * address decides nothing, as mail scanners and previews do; a POST decides, with a confirmation that no form of another page sends by chance.
 */
export function mountDecisionLinks(app: OpenAPIHono, context: ServerContext): void {
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/decide/{token}",
    operationId: "showDecision",
    summary: "The page behind a link of a request; opening it decides nothing",
    tags: ["Channels"],
    security: [],
    request: { params },
    responses: {
      200: { description: "The request", content: { "text/html": { schema: z.string() } } },
      404: { description: "No such link", content: { "text/html": { schema: z.string() } } },
      default: { description: "It failed.", content: { "application/json": { schema: apiError } } },
    },
  });
  app.openAPIRegistry.registerPath({
    method: "post",
    path: "/decide/{token}",
    operationId: "decideByLink",
    summary: "Decide by a link's secret: with confirm=yes in a form, or for programs that want JSON",
    tags: ["Channels"],
    security: [],
    request: {
      params,
      body: {
        content: {
          "application/x-www-form-urlencoded": { schema: z.object({ confirm: z.literal("yes") }) },
        },
      },
    },
    responses: {
      200: {
        description: "Decided",
        content: { "application/json": { schema: decided }, "text/html": { schema: z.string() } },
      },
      409: {
        description: "Nothing was decided; the text says why",
        content: { "application/json": { schema: decided }, "text/html": { schema: z.string() } },
      },
      default: { description: "It failed.", content: { "application/json": { schema: apiError } } },
    },
  });
  app.use("/decide/*", checkHost(context), async (request, next) => {
    await next();
    request.res.headers.set("x-robots-tag", "noindex, nofollow");
    request.res.headers.set("cache-control", "no-store");
  });
  app.get("/decide/:token", (request) => show(context, request));
  app.post("/decide/:token", (request) => decide(context, request));
}

async function show(context: ServerContext, request: Context): Promise<Response> {
  const { messaging, store } = context.runtime;
  const link = await messaging.decisions.findLink(request.req.param("token") ?? "");
  if (link === null) return refuseUnknown(context, request);
  return request.html(renderDecisionPage(link, store.nowMs()));
}

async function decide(context: ServerContext, request: Context): Promise<Response> {
  const token = request.req.param("token") ?? "";
  const { decisions } = context.runtime.messaging;
  const wantsJson = (request.req.header("accept") ?? "").includes("application/json");
  const link = await decisions.findLink(token);
  if (link === null) {
    context.failedLogins.take(readClientAddress(request));
  } else if (!wantsJson && request.req.header(CONFIRM_HEADER) !== "yes" && !(await isConfirmed(request))) {
    return request.html(renderDecisionPage(link, context.runtime.store.nowMs()), 400);
  }
  const answer = await decisions.decideByLink(token);
  const status = answer.isDecided ? 200 : 409;
  return wantsJson ? request.json(answer, status) : request.html(renderAnswerPage(answer), status);
}

async function isConfirmed(request: Context): Promise<boolean> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.req.header("content-type") ?? "")) return false;
  return new URLSearchParams(await request.req.text()).get("confirm") === "yes";
}

function refuseUnknown(context: ServerContext, request: Context): Response {
  // Counted, so that guessing ends soon.
  context.failedLogins.take(readClientAddress(request));
  return request.html(
    renderPage("This link is not known here", [
      "It may have been cut when it was copied. Nothing was decided.",
      "<code>hands approvals</code> and the dashboard list what waits for a decision.",
    ]),
    404,
  );
}
