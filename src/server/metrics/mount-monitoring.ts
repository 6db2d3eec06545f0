import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import { describeError, HandsError } from "../../core/index.ts";
import { identify } from "../auth/identify.ts";
import { allows } from "../auth/scopes.ts";
import { SECURITY } from "../describe-route.ts";
import { apiError } from "../schemas/errors.ts";
import { health } from "../schemas/settings.ts";
import type { ServerContext } from "../server-context.ts";
import { collectMetrics } from "./collect-metrics.ts";
import { renderMetrics } from "./text-format.ts";

/** Adds `/metrics`, `/healthz` and `/readyz`. */
export function mountMonitoring(app: OpenAPIHono, context: ServerContext): void {
  const healthAnswer = (description: string) => ({
    description,
    content: { "application/json": { schema: health } },
  });
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/healthz",
    operationId: "getHealth",
    summary: "The process answers",
    tags: ["Monitoring"],
    security: [],
    responses: { 200: healthAnswer("It answers") },
  });
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/readyz",
    operationId: "getReadiness",
    summary: "The store answers, and the process neither stops nor is too old for the store",
    tags: ["Monitoring"],
    security: [],
    responses: { 200: healthAnswer("Ready"), 503: healthAnswer("Not ready") },
  });
  app.openAPIRegistry.registerPath({
    method: "get",
    path: "/metrics",
    operationId: "getMetrics",
    summary: "Figures for Prometheus",
    description: "Needs the scope `read`.",
    tags: ["Monitoring"],
    security: SECURITY,
    responses: {
      200: { description: "Figures", content: { "text/plain": { schema: z.string() } } },
      default: { description: "It failed.", content: { "application/json": { schema: apiError } } },
    },
  });
  app.get("/healthz", (request) => request.json({ status: "ok" }));
  app.get("/readyz", (request) => answerReadiness(context, request));
  app.get("/metrics", async (request) => {
    const actor = await identify(context, request);
    if (!allows(actor.scopes, "read")) throw new HandsError("denied", "this needs the scope read");
    request.header("content-type", "text/plain; version=0.0.4; charset=utf-8");
    return request.body(renderMetrics(await collectMetrics(context)));
  });
}

async function answerReadiness(context: ServerContext, request: Context): Promise<Response> {
  if (context.isStopping()) return request.json({ status: "stopping" }, 503);
  if (context.runtime.isOutdated) return request.json({ status: "outdated" }, 503);
  try {
    await context.runtime.store.db.selectFrom("runtime_state").select("key").limit(1).execute();
    return request.json({ status: "ok" });
  } catch (error) {
    context.logger.error("the store does not answer", { error: describeError(error) });
    return request.json({ status: "not_ready" }, 503);
  }
}
