import { findSentences, quoteSentence } from "./prompt-sentences.ts";
import type { LintRule } from "./types.ts";

const PERIOD =
  "(?:\\d+\\s*)?(?:minutes?|hours?|days?|weeks?|mornings?|evenings?|nights?|weekdays?|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)";
const RUNS = "(?:run|wake(?: up)?|start|execute|repeat)";
const PATTERNS = [
  new RegExp(`\\b${RUNS}\\b[^.!?\\n]{0,40}\\b(?:every|each)\\s+${PERIOD}\\b`, "i"),
  new RegExp(`^(?:every|each)\\s+${PERIOD}\\b[^.!?\\n]{0,40}\\b${RUNS}\\b`, "i"),
  new RegExp(`\\b${RUNS}\\b[^.!?\\n]{0,20}\\b(?:hourly|daily|weekly|nightly)\\b`, "i"),
];

/** A hand that is told when to run, and has nothing that starts it then. */
export const scheduleOnlyInPrompt: LintRule = {
  code: "schedule_only_in_prompt",
  check: ({ texts, hand }) => {
    if (hand.schedule !== null || hand.trigger === "event" || hand.trigger === "webhook") return [];
    return texts
      .filter(({ kind }) => kind === "prompt")
      .flatMap((text) =>
        findSentences(text)
          .filter(({ words }) => PATTERNS.some((pattern) => pattern.test(words)))
          .map(({ words, offset }) => ({
            kind: "text" as const,
            file: text.file,
            text: text.text,
            offset,
            message: `${quoteSentence(words)} starts nothing: the hand has no schedule`,
            hint: 'Write `schedule = "0 7 * * *"`, or `schedule = { interval = "15m" }`, below [hand].',
          })),
      );
  },
};
