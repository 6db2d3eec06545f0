import type { HandsError } from "../core/index.ts";
import { toHandsError } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";
import { pickTools } from "./open-mcp-servers.ts";
import { planMcpServers } from "./plan-mcp-servers.ts";
import type { RunnerParts } from "./types.ts";

/** What the MCP servers of a hand offer of what it wants; and those that cannot be used, with why. */
export interface ServerTools {
  readonly tools: readonly ToolDescriptor[];
  readonly failed: readonly {
    readonly server: string;
    readonly isOptional: boolean;
    readonly error: HandsError;
  }[];
}

/** Starts the servers of a hand and asks them, for a check. Throws: `hand_broken`, `mcp_failed` where they cannot be planned. */
export async function listServerTools(
  parts: Pick<RunnerParts, "mcp" | "mcpServers" | "readSecrets">,
  hand: { readonly config: HandConfig; readonly hash: string; readonly dir: string },
  workspace: string,
): Promise<ServerTools> {
  const { signal } = new AbortController();
  const asked = await Promise.all(
    planMcpServers(parts, hand, workspace).map(async (planned) => {
      const { name: server } = planned.settings;
      const use = parts.mcp.use(planned.settings);
      try {
        const tools = pickTools(planned, await use.listTools(signal)).map(({ descriptor }) => descriptor);
        return { tools, failed: [] };
      } catch (thrown) {
        const error = toHandsError(thrown, "mcp_failed");
        return { tools: [], failed: [{ server, isOptional: planned.isOptional, error }] };
      } finally {
        use.release();
      }
    }),
  );
  return { tools: asked.flatMap(({ tools }) => tools), failed: asked.flatMap(({ failed }) => failed) };
}
