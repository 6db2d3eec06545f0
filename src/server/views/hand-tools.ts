import { stat } from "node:fs/promises";
import { join } from "node:path";
import { decideCall } from "../../approvals/index.ts";
import { matchesGlob } from "../../core/index.ts";
import type { HandConfig } from "../../manifest/index.ts";
import { listMcpServers, PROJECT_TOOLS_FOLDER, serverOf, toVersionPath } from "../../manifest/index.ts";
import { findNewestVersion } from "../../store/index.ts";
import type { ToolDescriptor } from "../../tools/index.ts";
import type { HandTool, ToolPolicy } from "../api-types.ts";
import type { ServerContext } from "../server-context.ts";

/** The tools that a hand names or brings, with who may run each. */
export async function listHandTools(context: ServerContext, hand: HandConfig): Promise<readonly HandTool[]> {
  const own = await loadOwnTools(context, hand, await findNewestVersion(context.runtime.store, hand.name));
  const served = context.runtime.mcp
    .listRunning(hand.name)
    .flatMap(({ tools }) => tools.map((tool) => tool.descriptor));
  const known = new Map(
    [...context.runtime.tools.map((tool) => tool.descriptor), ...own, ...served].map((tool) => [
      tool.name,
      tool,
    ]),
  );
  const wanted = new Map([
    ...own.map((tool) => [tool.name, false] as const),
    ...served.filter((tool) => isOffered(hand, tool.name)).map((tool) => [tool.name, false] as const),
    ...hand.toolsOptional.map((tool) => [tool.name, false] as const),
    ...hand.toolsRequired.map((tool) => [tool.name, true] as const),
  ]);
  return [...wanted].map(([name, isRequired]) => {
    const tool = known.get(name);
    return {
      name,
      description: tool?.description ?? null,
      effect: tool?.effect ?? null,
      origin: tool?.origin ?? "unknown",
      isRequired,
      // A hand's own code and its MCP servers say what they offer only once they were loaded.
      isAvailable:
        tool !== undefined ||
        (own.length === 0 && hand.toolPaths.length > 0) ||
        isServers(context, hand, name),
      policy: tool === undefined ? null : describePolicy(context, hand, tool),
      inputSchema: tool?.inputSchema ?? null,
    };
  });
}

/** May the hand call this tool of a server: its lists name it, or name none of that server? */
function isOffered(hand: HandConfig, name: string): boolean {
  const server = name.split(".", 1);
  const listed = [...hand.toolsRequired, ...hand.toolsOptional].filter(
    (tool) => serverOf(tool.name, server) !== null,
  );
  return listed.length === 0 || listed.some((tool) => matchesGlob(tool.name, name));
}

function isServers(context: ServerContext, hand: HandConfig, name: string): boolean {
  const servers = listMcpServers(hand, Object.keys(context.runtime.config.mcp ?? {}));
  return serverOf(name, servers) !== null;
}

/** A tool as a version of a hand has it; null where it is not known in this process. */
export async function findTool(
  context: ServerContext,
  hand: HandConfig | null,
  versionHash: string | null,
  name: string,
): Promise<ToolDescriptor | null> {
  const builtin = context.runtime.tools.find((tool) => tool.descriptor.name === name);
  if (builtin !== undefined) return builtin.descriptor;
  if (hand === null) return null;
  const served = context.runtime.mcp.listRunning(hand.name).flatMap(({ tools }) => tools);
  const found = served.find((tool) => tool.descriptor.name === name);
  if (found !== undefined) return found.descriptor;
  return (await loadOwnTools(context, hand, versionHash)).find((tool) => tool.name === name) ?? null;
}

/** The hand's own tools as a version that ran here has them: what never ran is not run for a look. */
async function loadOwnTools(
  context: ServerContext,
  hand: HandConfig,
  hash: string | null,
): Promise<readonly ToolDescriptor[]> {
  if (hash === null || hand.toolPaths.length === 0) return [];
  const { config, code } = context.runtime;
  const dir = join(config.dataDir, "versions", hash);
  const inVersion = (path: string) => toVersionPath(hand, path, dir);
  const toolPaths = hand.toolPaths.map(inVersion);
  try {
    await Promise.all(toolPaths.map((path) => stat(path)));
    const scriptPath = hand.scriptPath === null ? null : inVersion(hand.scriptPath);
    const projectToolsDir = hand.projectToolsDir === null ? null : join(dir, PROJECT_TOOLS_FOLDER);
    const loaded = await code.load({
      handName: hand.name,
      hash,
      dir,
      scriptPath,
      toolPaths,
      projectToolsDir,
      confinement: { ...hand.sandbox, workspace: null },
    });
    return loaded.tools.map((tool) => tool.descriptor);
  } catch {
    // Shown as not known; what is wrong with the code is told where the hand runs.
    return [];
  }
}

/** What the policy says of a call, whatever its arguments are. */
function describePolicy(context: ServerContext, hand: HandConfig, tool: ToolDescriptor): ToolPolicy {
  const question = {
    tool,
    args: {},
    parameters: hand.parameters,
    unattended: hand.toolsUnattended,
    operator: context.runtime.config.policy,
  };
  const covers = () => true;
  const decision = decideCall({
    ...question,
    gates: hand.approvalGates.map((gate) => ({ ...gate, covers })),
  });
  if (decision.kind === "refuse") return { kind: "refused", rule: decision.rule };
  if (decision.kind === "run") return { kind: "runs", because: decision.because };
  const always = hand.approvalGates.filter((gate) => gate.when === null);
  const without = decideCall({ ...question, gates: always.map((gate) => ({ ...gate, covers })) });
  return { kind: "asks", gates: decision.gates, isConditional: without.kind === "run" };
}
