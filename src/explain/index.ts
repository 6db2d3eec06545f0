export { explainHand, type HandExplanation } from "./explain-hand.ts";
export { explainPackage } from "./explain-package.ts";
export { count, joinWords } from "./join-words.ts";
export { readNamedTools } from "./read-named-tools.ts";
export type { ExplainedFacts, PastRuns } from "./types.ts";
