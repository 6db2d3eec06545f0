import type { AskDecision, DeliveryDecision, OperatorPolicy, PolicyDecision } from "../approvals/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";

/** What the newest runs of a hand took. */
export interface PastRuns {
  /** Runs that were looked at: those that started and ended. */
  readonly count: number;
  /** The time they worked, without waits for people; null where there are none. */
  readonly averageDurationMs: number | null;
  /** Null where there are none, or the cost of one of them is not known. */
  readonly averageCostUsd: number | null;
}

/** What an explanation is made of. */
export interface ExplainedFacts {
  readonly hand: HandConfig;
  /** An operator's override included. */
  readonly isEnabled: boolean;
  readonly isPaused: boolean;
  /** The tools that the hand may call, as far as they are known. */
  readonly tools: readonly ToolDescriptor[];
  /** Tools that it names and that are not among those. */
  readonly unknownTools: readonly string[];
  /** Were the files of `tools/` loaded, so that nothing of the hand's own is missing in `tools`? */
  readonly hasOwnTools: boolean;
  readonly operator: OperatorPolicy;
  /** Names of the project's channels. */
  readonly channels: readonly string[];
  /** Of a project: `provider/model`, or null. */
  readonly projectModel: string | null;
  readonly projectLimitUsdPerDay: number | null;
  /** Instants of the next fires, ISO 8601. */
  readonly nextFires: readonly string[];
  readonly past: PastRuns;
}

/** What the policy says of a tool, whatever its arguments are. */
export interface JudgedTool {
  readonly tool: ToolDescriptor;
  /** Where every condition of a gate holds. */
  readonly decision: PolicyDecision;
  /** Where none holds; null where no condition matters. */
  readonly otherwise: PolicyDecision | null;
  /** The conditions that matter, as they are written. */
  readonly conditions: readonly string[];
}

/** Something that needs a decision first, whatever it is about. */
export interface Ask {
  /** The tool, the delivery or the action, as it stands in a sentence. */
  readonly what: string;
  /** The conditions under which it asks; empty where it always does. */
  readonly conditions: readonly string[];
  readonly decision: AskDecision;
  readonly isDestructiveTool: boolean;
}

/** Where the output goes, and what the policy says of it. */
export interface JudgedDelivery {
  readonly place: string;
  readonly decision: DeliveryDecision;
  readonly conditions: readonly string[];
}

/** One question that people ask about a hand, and its answer. */
export interface ExplainedSection {
  readonly title: string;
  readonly sentences: readonly string[];
}
