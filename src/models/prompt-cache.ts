import type { LanguageModelV4Message, LanguageModelV4Prompt } from "@ai-sdk/provider";

/** What Anthropic takes as the end of a part worth keeping; the other providers keep what they see again by themselves, and pass it over. */
const KEEP = { anthropic: { cacheControl: { type: "ephemeral" } } } as const;

/**
 * Marks where a provider may keep what it read: after the system prompt, before which the tools stand, and after the last message, which
 * the next question of the same conversation begins with.
 */
export function markCacheable(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  return prompt.map((message, index) =>
    message.role === "system" || index === prompt.length - 1 ? keep(message) : message,
  );
}

function keep(message: LanguageModelV4Message): LanguageModelV4Message {
  return { ...message, providerOptions: { ...message.providerOptions, ...KEEP } };
}
