import { hashJson, toJsonValue } from "../../core/index.ts";
import type { ConnectionParts } from "./connection.ts";
import { McpServer } from "./mcp-server.ts";
import type { McpHost } from "./types.ts";

/** How long a server that nobody uses is kept: 5 minutes. */
const IDLE_MS = 300_000;

export interface McpHostParts extends ConnectionParts {
  /** Milliseconds after which a server that no execution uses is ended. Default: 5 minutes. */
  readonly idleMs?: number;
}

/** The MCP servers of a process. Loads the protocol's library with the first start. */
export function createMcpHost({ idleMs = IDLE_MS, ...parts }: McpHostParts): McpHost {
  const servers = new Map<string, McpServer>();
  const ending = new Set<Promise<void>>();

  function end(server: McpServer): void {
    const stopping = server.stop().finally(() => ending.delete(stopping));
    ending.add(stopping);
  }

  return {
    use(settings) {
      const key = hashJson(toJsonValue(settings));
      const known = servers.get(key);
      if (known !== undefined) return known.use();
      const server: McpServer = new McpServer(settings, parts, {
        afterMs: idleMs,
        onIdle: () => {
          servers.delete(key);
          end(server);
        },
      });
      servers.set(key, server);
      return server.use();
    },
    listRunning: (handName) =>
      [...servers.values()]
        .filter((server) => server.settings.handName === handName && server.isRunning)
        .map(({ settings, tools }) => ({ name: settings.name, tools })),
    async stop() {
      for (const server of servers.values()) end(server);
      servers.clear();
      await Promise.all(ending);
    },
  };
}
