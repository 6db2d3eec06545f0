import type { CompiledGate, OperatorPolicy } from "../approvals/index.ts";
import { decideCall } from "../approvals/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";
import type { JudgedTool } from "./types.ts";

/**
 * What the policy says of each tool, asked of the function that decides every call: once as if each gate's condition held, once as if
 * none did. Where both answers are the same, the arguments do not matter.
 */
export function judgeTools(
  hand: Pick<HandConfig, "approvalGates" | "parameters" | "toolsUnattended">,
  tools: readonly ToolDescriptor[],
  operator: OperatorPolicy,
): readonly JudgedTool[] {
  return tools.map((tool) => {
    const decide = (holds: boolean) =>
      decideCall({
        tool,
        args: {},
        parameters: hand.parameters,
        gates: hand.approvalGates.map(
          (gate): CompiledGate => ({ ...gate, covers: () => gate.when === null || holds }),
        ),
        unattended: hand.toolsUnattended,
        operator,
      });
    const decision = decide(true);
    const otherwise = decide(false);
    const asking = decision.kind === "ask" ? decision.gates : [];
    const conditions = hand.approvalGates.flatMap(({ key, when }) =>
      when !== null && asking.includes(key) ? [when] : [],
    );
    const isSame = JSON.stringify(decision) === JSON.stringify(otherwise);
    return { tool, decision, otherwise: isSame ? null : otherwise, conditions: isSame ? [] : conditions };
  });
}
