import type { LanguageModelV4Content, LanguageModelV4Message } from "@ai-sdk/provider";
import type { JsonValue } from "../core/index.ts";
import { isPlainObject, toJsonValue } from "../core/index.ts";
import { readArguments } from "./arguments.ts";

type PromptReply = Extract<LanguageModelV4Message, { role: "assistant" }>["content"];

/**
 * What is kept of a reply to be handed back as it came: its text, reasoning and calls with what the provider attached
 * to each (`providerOptions`: signatures, encrypted reasoning), and the model that made it. Only the ids of its calls
 * are those given here, which the results will name.
 */
export function createRawReply(
  modelName: string,
  content: readonly LanguageModelV4Content[],
  callIds: readonly string[],
): JsonValue {
  let index = 0;
  const parts = content.flatMap((part): PromptReply => {
    switch (part.type) {
      case "text":
      case "reasoning": {
        const { type, text, providerMetadata: providerOptions } = part;
        // Anthropic refuses empty texts; what a provider attached itself is wanted back.
        if (text === "" && providerOptions === undefined) return [];
        return [{ type, text, ...(providerOptions === undefined ? {} : { providerOptions }) }];
      }
      case "custom": {
        const { kind, providerMetadata: providerOptions } = part;
        return [{ type: "custom", kind, ...(providerOptions === undefined ? {} : { providerOptions }) }];
      }
      case "tool-call": {
        const { toolName, input, providerMetadata: providerOptions } = part;
        const toolCallId = callIds[index] ?? part.toolCallId;
        index += 1;
        const call = { type: part.type, toolCallId, toolName, input: readArguments(input) ?? {} };
        return [{ ...call, ...(providerOptions === undefined ? {} : { providerOptions }) }];
      }
      default:
        return [];
    }
  });
  return toJsonValue({ model: modelName, content: parts });
}

/** The parts of a kept reply, or undefined where it is another model's, or none of ours. */
export function readRawReply(raw: JsonValue, modelName: string): PromptReply | undefined {
  if (!isPlainObject(raw) || raw["model"] !== modelName || !Array.isArray(raw["content"])) return undefined;
  return raw["content"] as PromptReply;
}
