import type { OpenAPIHono } from "@hono/zod-openapi";
import { assertJsonDepth, HandsError } from "../../core/index.ts";
import { identify } from "../auth/identify.ts";
import type { ServerContext } from "../server-context.ts";
import { createMcpServer } from "./create-mcp-server.ts";

/** Adds `/mcp`: the Model Context Protocol over HTTP, for programs with a token. It keeps no session. */
export function mountMcp(app: OpenAPIHono, context: ServerContext): void {
  app.all("/mcp", async (request) => {
    const actor = await identify(context, request);
    if (actor.kind !== "token") throw new HandsError("denied", "MCP takes a token, not a browser's session");
    assertJsonDepth(await request.req.raw.clone().text(), "the body");
    const { createMcpHandler } = await import("@modelcontextprotocol/server");
    const handler = createMcpHandler(() => createMcpServer(context, actor));
    return await handler.fetch(request.req.raw);
  });
}
