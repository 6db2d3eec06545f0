import { finished } from "node:stream/promises";
import type { Actor } from "../auth/identify.ts";
import type { ServerContext } from "../server-context.ts";
import { createMcpServer } from "./create-mcp-server.ts";

/**
 * Speaks MCP over the process's stdin and stdout, until stdin ends or the signal aborts. Whoever starts it is the operator's own program: it may
 * look and start hands, and has no tool that decides.
 */
export async function serveMcp(context: ServerContext, signal: AbortSignal): Promise<void> {
  const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
  const actor: Actor = {
    kind: "token",
    id: "stdio",
    name: context.operatorName,
    via: "mcp",
    scopes: ["read", "trigger"],
    expiresAt: null,
    csrfToken: null,
  };
  const handle = serveStdio(() => createMcpServer(context, actor), {
    onerror: (error) => context.logger.warn("MCP", { error: error.message }),
  });
  // A client that goes away, or Ctrl-C, is how it ends.
  await finished(process.stdin, { signal, writable: false }).catch(() => {});
  await handle.close();
}
