import { z } from "zod";
import type { HandConfig } from "../manifest/index.ts";
import type { CallableTool } from "../tools/index.ts";
import { defineTool, toCallableTool } from "../tools/index.ts";

/** The name of the tool by which a model asks for an action that no tool performs. */
export const REQUEST_APPROVAL = "request_approval";

/**
 * A tool for the actions of a manifest that none of the hand's tools performs: the human's yes is all it does. Null where
 * every action is performed by a tool.
 */
export function createRequestApprovalTool(
  hand: HandConfig,
  tools: readonly CallableTool[],
): CallableTool | null {
  const actions = [
    ...new Set(hand.approvalGates.filter((gate) => !isPerformed(gate, tools)).map((gate) => gate.action)),
  ];
  const [first, ...rest] = actions;
  if (first === undefined) return null;
  const definition = defineTool({
    name: REQUEST_APPROVAL,
    description: [
      "Ask a human to approve an action before you treat it as allowed.",
      `Actions: ${hand.approvalGates
        .filter((gate) => actions.includes(gate.action))
        .map((gate) => `${gate.action} (${gate.description})`)
        .join("; ")}.`,
    ].join(" "),
    effect: "write",
    idempotent: true,
    input: z.object({
      action: z.enum([first, ...rest]).describe("The action, as the manifest names it"),
      description: z
        .string()
        .min(1)
        .max(2000)
        .describe("What exactly is to happen, for the human who decides"),
      context: z.record(z.string(), z.unknown()).default({}).describe("Facts that help to decide"),
    }),
    execute: (args) => ({ approved: true, action: args.action }),
  });
  return toCallableTool(definition, { origin: "builtin", codeVersion: "1" });
}

function isPerformed(gate: HandConfig["approvalGates"][number], tools: readonly CallableTool[]): boolean {
  if (gate.action === "broadcast" || gate.tools.length > 0) return true;
  return tools.some(({ descriptor }) => descriptor.name === gate.action || descriptor.action === gate.action);
}
