import { decideDelivery } from "../approvals/index.ts";
import type { ExplainedFacts, JudgedDelivery } from "./types.ts";

/** What the policy says of the hand's deliveries outside the dashboard, where every condition of a gate holds; with those conditions. */
export function judgeDeliveries({ hand, operator, channels }: ExplainedFacts): readonly JudgedDelivery[] {
  const { output, approvalGates, parameters } = hand;
  const judge = (channel: string, place: string): JudgedDelivery => {
    const decide = (holds: boolean) =>
      decideDelivery({
        channel,
        destination: "",
        format: output.format,
        payload: "",
        parameters,
        gates: approvalGates.map((gate) => ({ ...gate, covers: () => gate.when === null || holds })),
        operator,
      });
    const decision = decide(true);
    const asksSometimes = decision.kind === "ask" && decide(false).kind === "deliver";
    const gates = decision.kind === "ask" ? decision.gates : [];
    const conditions = approvalGates.flatMap(({ key, when }) =>
      asksSometimes && when !== null && gates.includes(key) ? [when] : [],
    );
    return { place, decision, conditions };
  };
  return [
    ...(output.fileDrop === null ? [] : [judge("file", `files in ${output.fileDrop}`)]),
    ...output.channel.map((name) =>
      judge(
        name,
        `the channel ${name}${channels.includes(name) ? "" : " (which this project does not have)"}`,
      ),
    ),
  ];
}
