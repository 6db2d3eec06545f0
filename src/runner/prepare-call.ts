import type { BoundFile, PolicyDecision } from "../approvals/index.ts";
import { decideCall, decideRequest } from "../approvals/index.ts";
import type { ErrorCode, JsonObject, JsonValue } from "../core/index.ts";
import { findNearest, hashJson, matchesGlob } from "../core/index.ts";
import type { CallableTool } from "../tools/index.ts";
import { readNamedFiles } from "./bound-call.ts";
import { REQUEST_APPROVAL } from "./request-approval-tool.ts";
import type { RunContext } from "./run-context.ts";

/** A call that was looked at and not yet written down. */
export type PreparedCall =
  | {
      readonly kind: "refused";
      readonly status: "denied" | "failed";
      readonly args: JsonValue;
      readonly argsHash: string | null;
      readonly tool: CallableTool | null;
      readonly error: { readonly code: ErrorCode; readonly message: string };
    }
  | {
      readonly kind: "run";
      readonly tool: CallableTool;
      readonly args: JsonObject;
      readonly argsHash: string;
    }
  | {
      readonly kind: "ask";
      readonly tool: CallableTool;
      readonly args: JsonObject;
      readonly argsHash: string;
      readonly decision: Extract<PolicyDecision, { kind: "ask" }>;
      readonly files: readonly BoundFile[];
    };

/** Finds the tool, parses the arguments once, and asks the policy. Touches nothing but the files that an approval is bound to. */
export async function prepareCall(run: RunContext, name: string, rawArgs: JsonValue): Promise<PreparedCall> {
  const { redactor } = run.parts;
  const tool = run.tools.get(name);
  if (tool === undefined) {
    return refuse(
      "failed",
      null,
      redactor.value(rawArgs),
      null,
      "tool_not_found",
      describeMissing(run, name),
    );
  }
  const parsed = await tool.parse(rawArgs);
  if (!parsed.ok)
    return refuse("failed", tool, redactor.value(rawArgs), null, "tool_arguments", parsed.message);
  // Redacted before it is hashed: what is hashed, shown, stored and executed stays one value.
  const judged = judgeCall(run, tool, redactor.value(parsed.args));
  return judged.kind === "ask"
    ? { ...judged, files: await readNamedFiles(run.workspace, tool, judged.args) }
    : judged;
}

/** Asks the policy about arguments that have been parsed. */
export function judgeCall(run: RunContext, tool: CallableTool, args: JsonObject): PreparedCall {
  const argsHash = hashJson(args);
  if (wasRejected(run, tool.descriptor.name, argsHash)) {
    const message = `${tool.descriptor.name} with these arguments was rejected before in this execution`;
    return refuse("denied", tool, args, argsHash, "approval_rejected", message);
  }
  const decision = decideFor(run, tool, args);
  switch (decision.kind) {
    case "run":
      return { kind: "run", tool, args, argsHash };
    case "refuse": {
      const message = `an operator's rule forbids ${tool.descriptor.name} (deny = ${JSON.stringify(decision.rule)})`;
      return refuse("denied", tool, args, argsHash, "denied", message);
    }
    case "ask":
      return { kind: "ask", tool, args, argsHash, decision, files: [] };
  }
}

/** The policy's word on a call, for the hand as it runs and as it is today. */
export function decideFor(run: RunContext, tool: CallableTool, args: JsonObject): PolicyDecision {
  const { name, action, effect, confinedTo, origin } = tool.descriptor;
  const { parameters, gates } = run;
  const operator = run.parts.policy;
  if (name === REQUEST_APPROVAL) {
    const request = { action: String(args["action"]), description: String(args["description"]) };
    return decideRequest({ ...request, args, parameters, gates, operator });
  }
  const isUnattendedToday = run.today.toolsUnattended.some((glob) => matchesGlob(glob, name));
  const unattended = isUnattendedToday ? run.version.config.toolsUnattended : [];
  return decideCall({
    tool: { name, action, effect, confinedTo, origin },
    args,
    parameters,
    gates,
    unattended,
    operator,
  });
}

function wasRejected(run: RunContext, name: string, argsHash: string): boolean {
  return run.journal.steps.some(
    (step) =>
      step.name === name &&
      step.args_hash === argsHash &&
      step.status === "denied" &&
      step.error_json !== null &&
      (JSON.parse(step.error_json) as { code: string }).code === "approval_rejected",
  );
}

function describeMissing(run: RunContext, name: string): string {
  const nearest = findNearest(name, run.tools.keys());
  const available = [...run.tools.keys()].join(", ") || "none";
  return nearest === undefined
    ? `this hand has no tool ${JSON.stringify(name)}; its tools are: ${available}`
    : `this hand has no tool ${JSON.stringify(name)}; did you mean ${JSON.stringify(nearest)}?`;
}

function refuse(
  status: "denied" | "failed",
  tool: CallableTool | null,
  args: JsonValue,
  argsHash: string | null,
  code: ErrorCode,
  message: string,
): PreparedCall {
  return { kind: "refused", status, tool, args, argsHash, error: { code, message } };
}
