import type { HandCode } from "../code/index.ts";
import { HandsError } from "../core/index.ts";
import type { CallableTool } from "../tools/index.ts";
import { assertConfinable } from "./confinement.ts";
import { createRequestApprovalTool } from "./request-approval-tool.ts";
import type { RunnerParts } from "./types.ts";
import type { HandVersion } from "./version-keeper.ts";

/**
 * The tools that a version of a hand may call, by name: those that its manifest names, its own, and those that its gates and skills bring.
 *
 * Throws: `tool_not_found` when a required one is missing.
 */
export async function collectTools(
  parts: Pick<RunnerParts, "tools" | "code" | "sandbox">,
  version: HandVersion,
): Promise<ReadonlyMap<string, CallableTool>> {
  const { config } = version;
  assertConfinable(parts, config);
  const named = new Set([...config.toolsRequired, ...config.toolsOptional].map((tool) => tool.name));
  if (config.skills.some((skill) => skill.kind === "package")) named.add("read_skill");
  const own = config.toolPaths.length === 0 ? [] : (await loadCode(parts, version)).tools;
  assertDistinct(config.name, parts.tools, own);
  const available = [...parts.tools.filter((tool) => named.has(tool.descriptor.name)), ...own];
  const missing = config.toolsRequired.filter(
    (tool) => !available.some((candidate) => candidate.descriptor.name === tool.name),
  );
  if (missing.length > 0) {
    throw new HandsError(
      "tool_not_found",
      `missing required tools: ${missing.map((tool) => tool.name).join(", ")}`,
    );
  }
  const request = config.scriptPath === null ? createRequestApprovalTool(config, available) : null;
  if (request !== null) available.push(request);
  return new Map(available.map((tool) => [tool.descriptor.name, tool]));
}

/** A tool never hides another, whether the hand names the other or not. */
function assertDistinct(
  handName: string,
  known: readonly CallableTool[],
  own: readonly CallableTool[],
): void {
  const taken = new Set(known.map((tool) => tool.descriptor.name));
  const same = own.find((tool) => taken.has(tool.descriptor.name))?.descriptor.name;
  if (same === undefined) return;
  throw new HandsError("hand_broken", `${handName} has a tool ${same} of its own, and there is one already`, {
    hint: "Give the hand's own tool another name.",
  });
}

/** The code of a version, in its worker. */
export async function loadCode(
  parts: Pick<RunnerParts, "code" | "sandbox">,
  version: HandVersion,
): Promise<HandCode> {
  assertConfinable(parts, version.config);
  const { scriptPath, toolPaths, name } = version.config;
  return await parts.code.load({
    handName: name,
    hash: version.hash,
    dir: version.dir,
    scriptPath,
    toolPaths,
  });
}
