import { HandsError } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import type { Confine } from "../tools/index.ts";
import type { RunnerParts } from "./types.ts";

/**
 * Where the programs that a hand's tools start run: null as the user that hands runs as, where the hand demands no sandbox.
 *
 * Throws: `hand_broken` where it demands one that this machine does not have.
 */
export function openSandbox(
  { sandbox }: Pick<RunnerParts, "sandbox">,
  { sandbox: wanted }: Pick<HandConfig, "sandbox">,
  workspace: string,
): Confine | null {
  if (!wanted.enabled) return null;
  const { read, network, memoryMb, processes } = wanted;
  return sandbox.open({ workspace, read, hasNetwork: network, memoryMb, processes });
}

/**
 * A hand that demands a sandbox is not run without one, nor with a server that no sandbox holds.
 *
 * Throws: `hand_broken`.
 */
export function assertConfinable(parts: Pick<RunnerParts, "sandbox">, config: HandConfig): void {
  if (!config.sandbox.enabled) return;
  const server = Object.entries(config.mcp).find(([, { command }]) => command !== null)?.[0];
  if (server !== undefined) {
    throw new HandsError(
      "hand_broken",
      `${config.name} demands a sandbox, and its MCP server ${server} would run outside of it`,
      { hint: `Let the operator define [mcp.${server}] in hands.toml, or take [sandbox] away.` },
    );
  }
  // Whether it can be opened does not depend on the workspace.
  openSandbox(parts, config, "/");
}
