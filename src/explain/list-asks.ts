import { decideRequest } from "../approvals/index.ts";
import type { Ask, ExplainedFacts, JudgedDelivery, JudgedTool } from "./types.ts";

/** Everything that the hand has to ask for: calls of its tools, deliveries, and actions of its gates that no known tool performs. */
export function listAsks(
  facts: ExplainedFacts,
  tools: readonly JudgedTool[],
  deliveries: readonly JudgedDelivery[],
): readonly Ask[] {
  const asks: Ask[] = [];
  for (const { tool, decision, otherwise, conditions } of tools) {
    if (decision.kind !== "ask") continue;
    asks.push({
      what: `call ${tool.name} (${tool.effect})`,
      conditions: otherwise?.kind === "run" ? conditions : [],
      decision,
      isDestructiveTool: tool.effect === "destructive",
    });
  }
  for (const { place, decision, conditions } of deliveries) {
    if (decision.kind !== "ask") continue;
    asks.push({ what: `deliver its output to ${place}`, conditions, decision, isDestructiveTool: false });
  }
  return [...asks, ...listRequests(facts, asks)];
}

/** A gate that covers nothing of the above stands for an action: of a tool that is not known here, or one the hand asks for in words. */
function listRequests({ hand, operator }: ExplainedFacts, known: readonly Ask[]): readonly Ask[] {
  const used = new Set(known.flatMap(({ decision }) => decision.gates));
  return hand.approvalGates
    .filter(({ key, action }) => !used.has(key) && action !== "broadcast")
    .flatMap((gate): Ask[] => {
      const decision = decideRequest({
        action: gate.action,
        description: gate.description,
        args: {},
        parameters: hand.parameters,
        gates: [{ ...gate, covers: () => true }],
        operator,
      });
      if (decision.kind !== "ask") return [];
      const conditions = gate.when === null ? [] : [gate.when];
      return [{ what: `do ${gate.action}`, conditions, decision, isDestructiveTool: false }];
    });
}
