import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelConfiguration } from "./model-configuration.ts";

/** The network, as the platform has it. */
export type Fetch = typeof globalThis.fetch;

/**
 * The AI SDK's client of a model. Its provider's package is loaded here, when a model of it is first asked.
 * Address and key are always given, for the packages would otherwise read them from the process's environment.
 */
export async function loadLanguageModel(
  configuration: ModelConfiguration,
  fetch: Fetch,
): Promise<LanguageModelV4> {
  const { provider, model, known } = configuration;
  const options = {
    baseURL: configuration.baseUrl.replace(/\/+$/, ""),
    apiKey: configuration.apiKey ?? "",
    fetch: refuseRedirects(fetch),
  };
  switch (known.protocol) {
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return createAnthropic(options)(model);
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI(options).responses(model);
    }
    case "google": {
      const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
      return createGoogleGenerativeAI(options)(model);
    }
    case "openai-compatible": {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      return createOpenAICompatible({ ...options, name: provider, includeUsage: true })(model);
    }
  }
}

/** A redirect would carry the key (`x-api-key`, `x-goog-api-key`) to a host that nobody configured. */
function refuseRedirects(fetch: Fetch): Fetch {
  return (input, init) => fetch(input, { ...init, redirect: "manual" });
}
