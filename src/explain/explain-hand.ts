import type { HandConfig } from "../manifest/index.ts";
import { explainAlone, explainAsking } from "./explain-actions.ts";
import { explainCosts } from "./explain-costs.ts";
import { explainReach } from "./explain-reach.ts";
import { explainRuns } from "./explain-runs.ts";
import { explainSilence } from "./explain-silence.ts";
import { judgeDeliveries } from "./judge-deliveries.ts";
import { judgeTools } from "./judge-tools.ts";
import { listAsks } from "./list-asks.ts";
import type { ExplainedFacts, ExplainedSection } from "./types.ts";

/** A hand in words, and what the words were made of. */
export interface HandExplanation {
  readonly name: string;
  readonly description: string;
  readonly brain: "model" | "script";
  readonly sections: readonly ExplainedSection[];
  readonly tools: readonly {
    readonly name: string;
    readonly effect: string;
    /** Whatever its arguments are, or where a condition of a gate holds. */
    readonly decision: "run" | "ask" | "refuse";
    /** What is decided where no condition holds; null where none matters. */
    readonly otherwise: "run" | "ask" | "refuse" | null;
    readonly conditions: readonly string[];
  }[];
  readonly gates: HandConfig["approvalGates"];
}

/** Says what a hand does, from its manifest and the functions that decide; nothing is guessed. */
export function explainHand(facts: ExplainedFacts): HandExplanation {
  const { hand } = facts;
  const tools = judgeTools(hand, facts.tools, facts.operator);
  const deliveries = judgeDeliveries(facts);
  const asks = listAsks(facts, tools, deliveries);
  return {
    name: hand.name,
    description: hand.description,
    brain: hand.scriptPath === null ? "model" : "script",
    sections: [
      { title: "When it runs", sentences: explainRuns(facts) },
      { title: "What it may do alone", sentences: explainAlone(facts, tools, deliveries) },
      { title: "What it must ask for", sentences: explainAsking(facts, tools, deliveries, asks) },
      { title: "If nobody answers", sentences: explainSilence(facts, asks) },
      { title: "What it can cost", sentences: explainCosts(facts) },
      { title: "What it can reach", sentences: explainReach(facts) },
    ],
    tools: tools.map(({ tool, decision, otherwise, conditions }) => ({
      name: tool.name,
      effect: tool.effect,
      decision: decision.kind,
      otherwise: otherwise?.kind ?? null,
      conditions,
    })),
    gates: hand.approvalGates,
  };
}
