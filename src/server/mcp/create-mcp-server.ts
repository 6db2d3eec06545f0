import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { toHandsError } from "../../core/index.ts";
import { PROGRAM_VERSION } from "../../runtime/index.ts";
import type { Actor } from "../auth/identify.ts";
import { allows } from "../auth/scopes.ts";
import type { ServerContext } from "../server-context.ts";
import type { McpTool } from "./mcp-tools.ts";
import { MCP_TOOLS, readShape } from "./mcp-tools.ts";

/** An MCP server for one caller: it has the tools that the caller's scopes allow. */
export async function createMcpServer(context: ServerContext, actor: Actor): Promise<McpServer> {
  const { McpServer } = await import("@modelcontextprotocol/server");
  const server = new McpServer({ name: "hands", version: PROGRAM_VERSION }, { capabilities: { tools: {} } });
  for (const tool of MCP_TOOLS) {
    if (tool.route.scope !== null && !allows(actor.scopes, tool.route.scope)) continue;
    server.registerTool(
      tool.name,
      {
        description: tool.description,
        inputSchema: z.strictObject(readShape(tool.route)),
        annotations: {
          readOnlyHint: tool.isReadOnly,
          destructiveHint: !tool.isReadOnly,
          openWorldHint: !tool.isReadOnly,
        },
      },
      async (args) => await call(context, actor, tool, args),
    );
  }
  return server;
}

/** A failure is a result: the model is to read it. */
async function call(
  context: ServerContext,
  actor: Actor,
  { route }: McpTool,
  args: Readonly<Record<string, unknown>>,
): Promise<{ content: { type: "text"; text: string }[]; isError?: true }> {
  try {
    const result = await route.handle(
      {
        params: pick(route.params, args),
        query: pick(route.query, args),
        body: pick(route.body, args),
        actor,
        headers: new Headers(),
      },
      context,
    );
    return { content: [{ type: "text", text: JSON.stringify(result) }] };
  } catch (error) {
    const { code, message, hint } = toHandsError(error);
    const text = JSON.stringify({ error: { code, message, hint: hint ?? null } });
    return { content: [{ type: "text", text }], isError: true };
  }
}

/** The arguments that belong to this part of the operation; they have been checked already. */
function pick(
  schema: z.ZodType | undefined,
  args: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (schema === undefined || !("shape" in schema)) return {};
  const names = Object.keys(schema.shape as object);
  return Object.fromEntries(Object.entries(args).filter(([name]) => names.includes(name)));
}
