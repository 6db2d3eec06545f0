import { findSentences, quoteSentence } from "./prompt-sentences.ts";
import type { LintRule } from "./types.ts";

/** Words that ask for a person's leave. */
const ASKS = [
  /\b(?:never|not|don't|do not)\b[^.!?\n]{0,80}\bwithout\b[^.!?\n]{0,40}\b(?:ask(?:ing)?|approval|permission|confirm(?:ing|ation)?|consent|leave)\b/i,
  /\b(?:always )?(?:ask|confirm|check with|get (?:approval|permission|confirmation))\b[^.!?\n]{0,60}\bbefore\b/i,
  /\b(?:requires?|needs?|wait for|only (?:with|after))\b[^.!?\n]{0,30}\b(?:approval|permission|confirmation)\b/i,
];
const EXEMPT =
  /\b(?:approval request|request_approval|no need to ask|(?:without|never) having to ask|need not ask)\b/i;

/** A gate that is only a sentence. A gate that speaks of the same act is enough for this rule. */
export const gateOnlyInPrompt: LintRule = {
  code: "gate_only_in_prompt",
  check: ({ texts, hand }) => {
    const gates = hand.approvalGates
      .flatMap(({ key, action, description, tools }) => [key, action, description, ...tools])
      .join(" ")
      .toLowerCase();
    return texts.flatMap((text) =>
      findSentences(text)
        .filter(({ words }) => ASKS.some((pattern) => pattern.test(words)) && !EXEMPT.test(words))
        .filter(({ words }) => !isGated(words, gates))
        .map(({ words, offset }) => ({
          kind: "text" as const,
          file: text.file,
          text: text.text,
          offset,
          message: `${quoteSentence(words)} holds nothing back: no gate in [approval_gates] says so`,
          hint: 'Write a gate, as in `publish = { description = "Publish it", tools = ["publish_*"] }`. What acts outside the workspace asks in any case, unless it is in `unattended`.',
        })),
    );
  },
};

const TOO_COMMON = new Set(
  "never dont without asking asks always before approval permission confirm confirming confirmation consent check with requires require needs need wait only after that this your their user users person human operator first from into have must them when what anything something".split(
    " ",
  ),
);

/** Does a gate name the act? By the beginnings of words, so that `publishing` is `publish`. */
function isGated(sentence: string, gates: string): boolean {
  const words = sentence.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  return words.some(
    (word) =>
      !TOO_COMMON.has(word) && gates.includes(word.slice(0, Math.max(4, Math.min(6, word.length - 2)))),
  );
}
