import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { HandsError } from "../core/index.ts";
import { createHandJsonSchema } from "../manifest/index.ts";
import { PROGRAM_VERSION } from "../runtime/index.ts";
import { checkOrigin } from "./auth/check-request.ts";
import { mountChannels } from "./channels/mount-channels.ts";
import { mountDecisionLinks } from "./channels/mount-decision-links.ts";
import { toErrorAnswer } from "./error-answer.ts";
import { mountWebhooks } from "./hooks/mount-webhooks.ts";
import { mountMcp } from "./mcp/mount-mcp.ts";
import { mountMonitoring } from "./metrics/mount-monitoring.ts";
import { mountRoutes } from "./mount-routes.ts";
import { mountPages } from "./pages/mount-pages.ts";
import { approvalRoutes } from "./routes/approvals.ts";
import { bulkRoutes } from "./routes/bulk.ts";
import { decisionRoutes } from "./routes/decisions.ts";
import { executionActionRoutes } from "./routes/execution-actions.ts";
import { executionRoutes } from "./routes/executions.ts";
import { handRoutes } from "./routes/hands.ts";
import { nodeRoutes } from "./routes/nodes.ts";
import { overviewRoutes } from "./routes/overview.ts";
import { ruleRoutes } from "./routes/rules.ts";
import { scheduleRoutes } from "./routes/schedule.ts";
import { mountLogin, sessionRoutes } from "./routes/sessions.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { trialRoutes } from "./routes/trials.ts";
import { triggerRoutes } from "./routes/trigger.ts";
import { trustRoutes } from "./routes/trust.ts";
import { securityHeaders } from "./security-headers.ts";
import type { ServerContext } from "./server-context.ts";
import { mountStream } from "./stream/mount-stream.ts";

const LARGEST_BODY_BYTES = 1_048_576;
const LONGEST_QUERY = 8_192;

const ROUTES = [
  ...overviewRoutes,
  ...handRoutes,
  ...trustRoutes,
  ...triggerRoutes,
  ...executionRoutes,
  ...executionActionRoutes,
  ...bulkRoutes,
  ...approvalRoutes,
  ...decisionRoutes,
  ...ruleRoutes,
  ...scheduleRoutes,
  ...settingsRoutes,
  ...nodeRoutes,
  ...trialRoutes,
  ...tokenRoutes,
  ...sessionRoutes,
];

/** The whole of the API and the pages, as an app that answers requests. */
export function createApp(context: ServerContext, webDir: string | null): OpenAPIHono {
  const app = new OpenAPIHono();
  app.use(context.figures.measure, securityHeaders);
  app.use("*", async (request, next) => {
    if (request.req.url.length > LONGEST_QUERY) throw new HandsError("too_large", "the address is too long");
    await next();
  });
  const limit = bodyLimit({
    maxSize: LARGEST_BODY_BYTES,
    onError: () => {
      throw new HandsError("too_large", `a body has at most ${LARGEST_BODY_BYTES} bytes`);
    },
  });
  app.use("*", limit);
  mountMonitoringAndHooks(app, context);
  app.use("*", checkOrigin(context));
  mountRoutes(app, context, ROUTES);
  mountLogin(app, context);
  mountStream(app, context);
  mountMcp(app, context);
  mountDocument(app);
  mountPages(app, webDir);
  app.notFound((request) => {
    const error = new HandsError(
      "not_found",
      `there is nothing at ${request.req.method} ${request.req.path}`,
      {
        hint: "/openapi.json lists what there is.",
      },
    );
    return toErrorAnswer(context.logger, error, request);
  });
  app.onError((error, request) => toErrorAnswer(context.logger, error, request));
  return app;
}

/** What is called by programs under whatever name they know: no page's cookie goes with it. */
function mountMonitoringAndHooks(app: OpenAPIHono, context: ServerContext): void {
  app.use("/metrics", checkOrigin(context));
  mountMonitoring(app, context);
  mountWebhooks(app, context);
  mountChannels(app, context);
  mountDecisionLinks(app, context);
}

function mountDocument(app: OpenAPIHono): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "A token of `hands token create`.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "hands_session",
    description: "The dashboard's cookie; changes need the header `x-hands-csrf` as well.",
  });
  app.get("/openapi.json", (request) => request.json(createDocument(app)));
  app.get("/schema/hand.schema.json", (request) => request.json(createHandJsonSchema()));
}

function createDocument(app: OpenAPIHono): object {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "hands",
      version: PROGRAM_VERSION,
      description: "Autonomous agents: what they are, did, wait for and will do. See docs/api.md.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: "/" }],
  });
}
