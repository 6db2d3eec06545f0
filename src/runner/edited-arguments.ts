import type { BoundFile } from "../approvals/index.ts";
import { compileGates, decideCall, mergeGates } from "../approvals/index.ts";
import type { JsonObject } from "../core/index.ts";
import { canonicalJson, HandsError } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { compileWhen } from "../manifest/index.ts";
import type { ApprovalRow, Store } from "../store/index.ts";
import type { CallableTool } from "../tools/index.ts";
import { readNamedFiles } from "./bound-call.ts";
import { collectTools } from "./collect-tools.ts";
import { REQUEST_APPROVAL } from "./request-approval-tool.ts";
import type { RunnerParts } from "./types.ts";
import type { HandVersion, VersionKeeper } from "./version-keeper.ts";
import { workspaceOf } from "./workspace.ts";

/**
 * Passes arguments that a human edited through the tool's schema and the operator's rules, and binds the files that they name. Of a delivery only
 * the text can be edited; a request that no tool stands behind takes any object.
 *
 * Throws: `tool_arguments`, `denied`, `tool_not_found`.
 */
export async function revalidateEdit(
  parts: RunnerParts,
  versions: VersionKeeper,
  approval: ApprovalRow,
  args: JsonObject,
): Promise<{ readonly args: JsonObject; readonly files: readonly BoundFile[] }> {
  if (approval.tool === null) {
    if (await isAboutDelivery(parts.store, approval)) assertOnlyTextEdited(approval, args);
    return { args, files: [] };
  }
  const version = await versions.open(approval.hand_name, approval.version_hash ?? "");
  const workspace = await workspaceOf(parts.dataDir, approval.hand_name);
  const tool = await findTool(parts, version, workspace, approval.tool);
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
  await assertAllowed(parts, version.config, approval, tool, parsed.args);
  return { args: parsed.args, files: await readNamedFiles(workspace, tool, parsed.args) };
}

/** Deny rules hold for what a human wrote, too: by tool, by its action, and by the action of a gate that covers it. */
async function assertAllowed(
  parts: RunnerParts,
  config: HandConfig,
  approval: ApprovalRow,
  tool: CallableTool,
  args: JsonObject,
): Promise<void> {
  const lookup = await parts.hands.lookUp(approval.hand_name);
  const today = "hand" in lookup ? lookup.hand : config;
  const gates = compileGates(mergeGates(config.approvalGates, today.approvalGates), compileWhen);
  const { parameters } = config;
  const decision = decideCall({
    tool: tool.descriptor,
    args,
    parameters,
    gates,
    unattended: [],
    operator: parts.policy,
  });
  if (decision.kind !== "refuse") return;
  throw new HandsError(
    "denied",
    `an operator's rule forbids ${approval.tool} (deny = ${JSON.stringify(decision.rule)})`,
  );
}

async function isAboutDelivery(store: Store, approval: ApprovalRow): Promise<boolean> {
  const step = await store.db
    .selectFrom("execution_steps")
    .select("kind")
    .where("execution_id", "=", approval.execution_id)
    .where("step_index", "=", approval.step_index)
    .executeTakeFirst();
  return step?.kind === "delivery";
}

/** Where it goes was resolved by the program; a human changes what goes there. */
function assertOnlyTextEdited(approval: ApprovalRow, args: JsonObject): void {
  const { payload: _before, ...before } = JSON.parse(approval.args_json ?? "{}") as JsonObject;
  const { payload, ...rest } = args;
  if (typeof payload === "string" && canonicalJson(rest) === canonicalJson(before)) return;
  throw new HandsError("tool_arguments", "only the text of a delivery can be edited: its `payload`", {
    hint: "Keep channel, destination and format as they were asked about.",
  });
}

async function findTool(
  parts: RunnerParts,
  version: HandVersion,
  workspace: string,
  name: string,
): Promise<CallableTool> {
  const { signal } = new AbortController();
  const tools = await collectTools(parts, version, { workspace, signal });
  tools.release();
  const tool = tools.byName.get(name);
  if (tool !== undefined) return tool;
  throw new HandsError(
    "tool_not_found",
    `the tool ${name} is not there any more, so its arguments cannot be checked`,
  );
}
