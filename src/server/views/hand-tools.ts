import { stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { decideCall } from "../../approvals/index.ts";
import type { HandConfig } from "../../manifest/index.ts";
import { findNewestVersion } from "../../store/index.ts";
import type { ToolDescriptor } from "../../tools/index.ts";
import type { HandTool, ToolPolicy } from "../api-types.ts";
import type { ServerContext } from "../server-context.ts";

/** The tools that a hand names or brings, with who may run each. */
export async function listHandTools(context: ServerContext, hand: HandConfig): Promise<readonly HandTool[]> {
  const own = await loadOwnTools(context, hand, await findNewestVersion(context.runtime.store, hand.name));
  const known = new Map(
    [...context.runtime.tools.map((tool) => tool.descriptor), ...own].map((tool) => [tool.name, tool]),
  );
  const wanted = new Map([
    ...own.map((tool) => [tool.name, false] as const),
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
      // A hand's own code says what it offers only once it was loaded.
      isAvailable: tool !== undefined || (own.length === 0 && hand.toolPaths.length > 0),
      policy: tool === undefined ? null : describePolicy(context, hand, tool),
      inputSchema: tool?.inputSchema ?? null,
    };
  });
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
  const inVersion = (path: string) => join(dir, relative(hand.handDir, path));
  const toolPaths = hand.toolPaths.map(inVersion);
  try {
    await Promise.all(toolPaths.map((path) => stat(path)));
    const scriptPath = hand.scriptPath === null ? null : inVersion(hand.scriptPath);
    const loaded = await code.load({ handName: hand.name, hash, dir, scriptPath, toolPaths });
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
