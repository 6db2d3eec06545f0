import type { HandConfig } from "./types.ts";

/** The server that a tool's name, or a glob, begins with; null where it names none of these. */
export function serverOf(toolName: string, servers: readonly string[]): string | null {
  const [server = "", ...rest] = toolName.split(".");
  return rest.length > 0 && servers.includes(server) ? server : null;
}

/** The MCP servers that a hand uses: its own, and those of the project that its tool lists name. */
export function listMcpServers(
  hand: Pick<HandConfig, "mcp" | "toolsRequired" | "toolsOptional">,
  projectServers: readonly string[],
): readonly string[] {
  const named = [...hand.toolsRequired, ...hand.toolsOptional].flatMap(({ name }) => {
    const server = serverOf(name, projectServers);
    return server === null ? [] : [server];
  });
  return [...new Set([...Object.keys(hand.mcp), ...named])];
}
