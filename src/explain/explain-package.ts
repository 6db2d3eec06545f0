import type { HandConfig } from "../manifest/index.ts";
import type { ProjectConfig } from "../runtime/index.ts";
import type { HandExplanation } from "./explain-hand.ts";
import { explainHand } from "./explain-hand.ts";
import { readNamedTools } from "./read-named-tools.ts";

/** Says what a hand that nobody trusts yet would do in this project; loads none of its code and starts none of its servers. */
export async function explainPackage(config: ProjectConfig, hand: HandConfig): Promise<HandExplanation> {
  return explainHand({
    hand,
    isEnabled: hand.enabled,
    isPaused: false,
    ...(await readNamedTools(hand)),
    operator: config.policy,
    channels: config.channels.map((channel) => channel.name),
    projectModel: config.model.name,
    projectLimitUsdPerDay: config.limits?.maxCostUsdPerDay ?? null,
    nextFires: [],
    past: { count: 0, averageDurationMs: null, averageCostUsd: null },
  });
}
