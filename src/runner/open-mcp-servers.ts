import { HandsError, matchesGlob } from "../core/index.ts";
import type { CallableTool, McpServerUse } from "../tools/index.ts";
import type { PlannedMcpServer } from "./plan-mcp-servers.ts";
import type { RunnerParts } from "./types.ts";

/** A server of the hand, and what it offers of what the hand wants; null where an optional one cannot be used. */
export interface OpenServer {
  readonly planned: PlannedMcpServer;
  readonly use: McpServerUse;
  tools: readonly CallableTool[] | null;
}

/**
 * Starts the servers that were planned, all at once; an optional one that cannot be used is said and left.
 *
 * Throws: `mcp_failed`; the signal's reason.
 */
export async function openServers(
  parts: Pick<RunnerParts, "mcp" | "logger">,
  planned: readonly PlannedMcpServer[],
  signal: AbortSignal,
): Promise<readonly OpenServer[]> {
  const opened = planned.map((plan) => ({ planned: plan, use: parts.mcp.use(plan.settings) }));
  const results = await Promise.allSettled(
    opened.map(async ({ planned: plan, use }): Promise<OpenServer> => {
      try {
        return { planned: plan, use, tools: pickTools(plan, await use.listTools(signal)) };
      } catch (error) {
        const isGone = error instanceof HandsError && error.code === "mcp_failed";
        if (!isGone || !plan.isOptional) throw error;
        parts.logger.warn("A hand goes on without an MCP server that it names as optional.", {
          hand: plan.settings.handName,
          server: plan.settings.name,
          error: error.message,
        });
        return { planned: plan, use, tools: null };
      }
    }),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined)
    return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  for (const { use } of opened) use.release();
  throw failed.reason;
}

/** The tools of a server that the hand is given. */
export function pickTools(
  { wanted }: PlannedMcpServer,
  tools: readonly CallableTool[],
): readonly CallableTool[] {
  if (wanted === null) return tools;
  return tools.filter(({ descriptor }) => wanted.some((glob) => matchesGlob(glob, descriptor.name)));
}
