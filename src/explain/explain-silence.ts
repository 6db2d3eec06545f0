import { DEFAULT_EXPIRY_MS } from "../approvals/index.ts";
import { formatDuration } from "../core/index.ts";
import { joinWords } from "./join-words.ts";
import type { Ask, ExplainedFacts } from "./types.ts";

/** What happens to requests that nobody decides, and to the hand meanwhile. */
export function explainSilence(
  { hand, hasOwnTools }: ExplainedFacts,
  asks: readonly Ask[],
): readonly string[] {
  const isSeenWhole = hasOwnTools && Object.keys(hand.mcp).length === 0;
  if (asks.length === 0)
    return [
      isSeenWhole
        ? "As it is, it asks nobody, so nothing waits."
        : `Of what was looked at, nothing asks. A request without a gate gets the answer no after ${formatDuration(DEFAULT_EXPIRY_MS)}.`,
    ];
  const groups = new Map<string, string[]>();
  for (const ask of asks) {
    const outcome = describeOutcome(ask);
    groups.set(outcome, [...(groups.get(outcome) ?? []), ask.what]);
  }
  const sentences = [...groups].map(([outcome, whats]) => `To ${joinWords(whats)}: ${outcome}`);
  const isAutomatic = asks.some(({ decision }) => decision.autoApproveAfterMs !== null);
  if (isAutomatic)
    sentences.push(
      "That delay begins when the request reached somebody, and stands still while the hand is paused.",
    );
  if (
    asks.some(({ decision, isDestructiveTool }) => isDestructiveTool && decision.autoApproveAfterMs !== null)
  )
    sentences.push(
      "Once something from outside entered the execution, a destructive call waits for a human all the same.",
    );
  const { maxWaiting } = hand.limits;
  sentences.push(
    `While it waits it holds no process, through restarts too. Once ${maxWaiting} ${maxWaiting === 1 ? "execution waits" : "executions wait"} for a human, further fires are skipped.`,
  );
  return sentences;
}

function describeOutcome({ decision: { autoApproveAfterMs, expiresAfterMs } }: Ask): string {
  if (autoApproveAfterMs !== null && (expiresAfterMs === null || expiresAfterMs > autoApproveAfterMs)) {
    return autoApproveAfterMs === 0
      ? "it is approved by itself at once."
      : `after ${formatDuration(autoApproveAfterMs)} it is approved by itself.`;
  }
  return `after ${formatDuration(expiresAfterMs ?? 0)} the answer is no; it is never approved by itself.`;
}
