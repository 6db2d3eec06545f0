import { joinWords } from "./join-words.ts";
import type { Ask, ExplainedFacts, JudgedDelivery, JudgedTool } from "./types.ts";

/** What the hand does without asking anybody. */
export function explainAlone(
  { hand, projectModel }: ExplainedFacts,
  tools: readonly JudgedTool[],
  deliveries: readonly JudgedDelivery[],
): readonly string[] {
  const sentences: string[] = [];
  const runs = (because: string, say: (list: string) => string) => {
    const names = tools.flatMap(({ tool, decision }) =>
      decision.kind === "run" && decision.because === because ? [tool.name] : [],
    );
    if (names.length > 0) sentences.push(say(joinWords(names)));
  };
  runs("read", (names) => `Look at things and change nothing: ${names}.`);
  runs("confined", (names) => `Write to its own workspace and memory, nowhere else: ${names}.`);
  runs("unattended", (names) => `Act without asking, because \`unattended\` lists them: ${names}.`);
  for (const { tool, otherwise, conditions } of tools) {
    if (otherwise?.kind === "run")
      sentences.push(
        `Call ${tool.name} (${tool.effect}), as long as not ${quote(conditions)}: then it asks.`,
      );
  }
  if (hand.output.dashboard) sentences.push("Show its output in the dashboard.");
  const places = deliveries.filter(({ decision }) => decision.kind === "deliver").map(({ place }) => place);
  if (places.length > 0) sentences.push(`Deliver its output to ${joinWords(places)}.`);
  const model = hand.model.name ?? projectModel;
  if (hand.scriptPath === null)
    sentences.push(
      `Ask its model what to do next${model === null ? "" : ` (${model})`}, and end when the model says so.`,
    );
  else
    sentences.push(
      `Whatever hand.ts does by itself: its code runs ${hand.sandbox.enabled ? "in the sandbox" : "as your user"}, and gates cover only what it does through \`hand.tool\` and \`hand.approve\`.`,
    );
  return sentences;
}

/** What needs a human's decision first, what is never done, and what cannot be said yet. */
export function explainAsking(
  { hand, operator, hasOwnTools, unknownTools }: ExplainedFacts,
  tools: readonly JudgedTool[],
  deliveries: readonly JudgedDelivery[],
  asks: readonly Ask[],
): readonly string[] {
  const sentences = asks.map(({ what, conditions, decision }) => {
    const when = conditions.length === 0 ? "" : ` when ${quote(conditions)}`;
    return decision.gates.length === 0
      ? `To ${what}: each time, because neither a gate nor \`unattended\` lists it.`
      : `To ${what}${when}: ${decision.description} (gate ${joinWords(decision.gates)}).`;
  });
  for (const { tool, decision } of tools) {
    if (decision.kind === "refuse")
      sentences.push(`It never may call ${tool.name}: the project denies ${decision.rule}.`);
  }
  for (const { place, decision } of deliveries) {
    if (decision.kind === "refuse")
      sentences.push(`It never may deliver to ${place}: the project denies ${decision.rule}.`);
  }
  if (hand.output.channel.length === 0) {
    const gates = hand.approvalGates.filter(
      ({ action, key }) => action === "broadcast" && !isUsed(asks, key),
    );
    for (const { key, description } of gates)
      sentences.push(`To deliver to channels, once it names some: ${description} (gate ${key}).`);
  }
  const servers = Object.keys(hand.mcp);
  const isComplete = hasOwnTools && servers.length === 0;
  if (sentences.length === 0 && isComplete)
    sentences.push("Nothing: what it may do changes nothing outside of itself, or is listed above.");
  const unseen = [
    ...(hasOwnTools ? [] : ["its own tools (tools/*.ts), which `--code` loads"]),
    ...(servers.length === 0 ? [] : [`tools of its MCP servers (${joinWords(servers)})`]),
  ];
  const unattended = hand.toolsUnattended.length === 0 ? "" : ` (${joinWords(hand.toolsUnattended)})`;
  if (unseen.length > 0)
    sentences.push(
      `Not looked at: ${joinWords(unseen)}. Of those, what changes something asks, unless \`unattended\` lists it${unattended}.`,
    );
  if (unknownTools.length > 0 && isComplete) sentences.push(`Nobody provides ${joinWords(unknownTools)}.`);
  if (operator.deny.length > 0)
    sentences.push(`The project denies to every hand: ${joinWords(operator.deny)}.`);
  return sentences;
}

function quote(conditions: readonly string[]): string {
  return conditions.map((condition) => `\`${condition}\``).join(" or ");
}

function isUsed(asks: readonly Ask[], gateKey: string): boolean {
  return asks.some(({ decision }) => decision.gates.includes(gateKey));
}
