import type { Clock } from "../../src/core/index.ts";
import type { ModelProvider, ModelRequest, ScriptedReply } from "../../src/models/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import { createChance } from "./chance.ts";

const PRICE = { inputUsdPerMillionTokens: 5, outputUsdPerMillionTokens: 60 };

/** A model that answers, calls tools well and badly, repeats ids, says nothing, fails and hangs: the same for the same conversation. */
export function createWildModel(parts: {
  readonly seed: string;
  readonly clock: Clock;
  readonly isCalm: () => boolean;
}): ModelProvider {
  const model = createScriptedModel({
    clock: parts.clock,
    price: PRICE,
    replies: (request, callNumber) => drawReply(parts.seed, request, callNumber, parts.isCalm()),
  });
  return createScriptedProvider(model);
}

function drawReply(seed: string, request: ModelRequest, callNumber: number, isCalm: boolean): ScriptedReply {
  const turns = request.messages.filter((message) => message.role === "assistant").length;
  const chance = createChance(seed, "model", request.system, turns, callNumber);
  const usage = { inputTokens: chance.between(300, 1500), outputTokens: chance.between(20, 200) };
  const delayMs = chance.pick([0, 0, 300, 4000]);
  if (isCalm || chance.isTrue(0.2 + 0.2 * turns)) return { text: "All is done.", usage, delayMs };
  const drawn = chance.draw();
  if (drawn < 0.03) return { hang: true };
  if (drawn < 0.07) return { failure: { reason: "server_error", retryable: false }, delayMs };
  if (drawn < 0.1) return { text: "", usage };
  if (drawn < 0.13) return { text: 'I would now call {"name": "pay"}.', usage };
  const offered = request.tools.map((tool) => tool.name);
  const toolCalls = Array.from({ length: chance.pick([1, 1, 2, 3]) }, () => {
    const name = chance.isTrue(0.05) ? "no_such_tool" : chance.pick(offered);
    const args = chance.isTrue(0.05) ? '{"amount": ' : { amount: chance.between(1, 3) };
    return { name, args, ...(chance.isTrue(0.3) ? { callId: "the_same" } : {}) };
  });
  return { toolCalls, usage, delayMs };
}
