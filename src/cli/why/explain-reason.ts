/** What the short reasons of the record mean, and what helps. */
const REASONS: Readonly<Record<string, string>> = {
  missed: "it was missed: nothing was running at that time, and `catch_up` lets it go",
  paused: "the hand, or everything, was paused; `hands resume` ends that",
  overlap: "another run of the hand was under way, and `overlap` says what happens then",
  max_waiting:
    "too many executions of the hand wait for people (`max_waiting`); decide some: `hands approvals`",
  hand_missing: "the hand's folder is gone",
  hand_broken: "the hand was broken; `hands validate` shows every problem",
  hand_disabled: "the hand was disabled; `hands enable` changes that",
  model_not_configured: "no model could be asked; `hands doctor` says what is missing",
  budget: "the money of the day is spent; it is fresh at midnight",
  chain_cycle: "its chain of events led back to the same hand",
  chain_too_deep: "its chain of events is too long",
  approval: "for a decision of a human",
  unknown: "for a human to say whether a call happened (`hands answer`)",
  sleep: "it sleeps",
};

/** A reason of the record in words; one that is not known is given as it is. */
export function explainReason(reason: string): string {
  return REASONS[reason] ?? reason;
}
