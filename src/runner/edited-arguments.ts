import type { BoundFile } from "../approvals/index.ts";
import { collectNamedFiles, findDenyRule, hashBoundFiles } from "../approvals/index.ts";
import type { JsonObject } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { ApprovalRow } from "../store/index.ts";
import type { CallableTool } from "../tools/index.ts";
import { collectTools } from "./collect-tools.ts";
import { REQUEST_APPROVAL } from "./request-approval-tool.ts";
import type { RunnerParts } from "./types.ts";
import type { VersionKeeper } from "./version-keeper.ts";
import { workspaceOf } from "./workspace.ts";

/**
 * Passes arguments that a human edited through the tool's schema and the operator's rules, and binds the files that they name. A request that
 * no tool stands behind takes any object.
 *
 * Throws: `tool_arguments`, `denied`, `tool_not_found`.
 */
export async function revalidateEdit(
  parts: RunnerParts,
  versions: VersionKeeper,
  approval: ApprovalRow,
  args: JsonObject,
): Promise<{ readonly args: JsonObject; readonly files: readonly BoundFile[] }> {
  if (approval.tool === null) return { args, files: [] };
  const tool = await findTool(parts, versions, approval, approval.tool);
  const parsed = await tool.parse(args);
  if (!parsed.ok) {
    throw new HandsError(
      "tool_arguments",
      `the edited arguments do not fit ${approval.tool}: ${parsed.message}`,
    );
  }
  if (approval.tool === REQUEST_APPROVAL && parsed.args["action"] !== approval.action) {
    throw new HandsError(
      "tool_arguments",
      `the action of a request cannot be changed; this one is ${approval.action}`,
    );
  }
  const names = [tool.descriptor.name, ...(tool.descriptor.action === null ? [] : [tool.descriptor.action])];
  const rule = findDenyRule(parts.policy, names);
  if (rule !== undefined) {
    throw new HandsError(
      "denied",
      `an operator's rule forbids ${approval.tool} (deny = ${JSON.stringify(rule)})`,
    );
  }
  const workspace = await workspaceOf(parts.dataDir, approval.hand_name);
  const declared = await tool.files(parsed.args);
  const named = await collectNamedFiles(parsed.args, workspace);
  return {
    args: parsed.args,
    files: await hashBoundFiles([...new Set([...named, ...declared])], { root: workspace }),
  };
}

async function findTool(
  parts: RunnerParts,
  versions: VersionKeeper,
  approval: ApprovalRow,
  name: string,
): Promise<CallableTool> {
  const version = await versions.open(approval.hand_name, approval.version_hash ?? "");
  const tool = (await collectTools(parts, version)).get(name);
  if (tool !== undefined) return tool;
  throw new HandsError(
    "tool_not_found",
    `the tool ${name} is not there any more, so its arguments cannot be checked`,
  );
}
