/** How a provider's servers are spoken to. */
export type ProviderProtocol = "openai-compatible" | "anthropic" | "openai" | "google";

/** What is known of a provider before anything is configured. */
export interface KnownProvider {
  readonly protocol: ProviderProtocol;
  /** Where its servers are, or null where only the operator can say. */
  readonly baseUrl: string | null;
  /** The environment variable that its key is usually kept in. */
  readonly apiKeyVariable: string | null;
  readonly needsApiKey: boolean;
  /** Its name in the price list, or null where it sets no prices. */
  readonly priceListId: string | null;
  /** A model's name to show in hints. */
  readonly exampleModel: string;
}

/**
 * The first halves of model names that need no address in `hands.toml`.
 * The addresses are written out, not left to the libraries, which would read them from the process's environment.
 */
export const KNOWN_PROVIDERS: Readonly<Record<string, KnownProvider>> = {
  anthropic: {
    protocol: "anthropic",
    baseUrl: "https://api.anthropic.com/v1",
    apiKeyVariable: "ANTHROPIC_API_KEY",
    needsApiKey: true,
    priceListId: "anthropic",
    exampleModel: "claude-sonnet-4-5",
  },
  openai: {
    protocol: "openai",
    baseUrl: "https://api.openai.com/v1",
    apiKeyVariable: "OPENAI_API_KEY",
    needsApiKey: true,
    priceListId: "openai",
    exampleModel: "gpt-5",
  },
  google: {
    protocol: "google",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    apiKeyVariable: "GOOGLE_GENERATIVE_AI_API_KEY",
    needsApiKey: true,
    priceListId: "google",
    exampleModel: "gemini-2.5-pro",
  },
  openrouter: {
    protocol: "openai-compatible",
    baseUrl: "https://openrouter.ai/api/v1",
    apiKeyVariable: "OPENROUTER_API_KEY",
    needsApiKey: true,
    priceListId: "openrouter",
    exampleModel: "meta-llama/llama-3.3-70b-instruct",
  },
  ollama: createLocalServer("http://127.0.0.1:11434/v1", "qwen3"),
  lmstudio: createLocalServer("http://127.0.0.1:1234/v1", "qwen/qwen3-8b"),
  vllm: createLocalServer("http://127.0.0.1:8000/v1", "Qwen/Qwen3-8B"),
  "openai-compatible": createLocalServer(null, "the-model"),
};

/** What is assumed of a provider that only `[model.providers.<name>]` knows. */
export const CONFIGURED_PROVIDER: KnownProvider = createLocalServer(null, "the-model");

function createLocalServer(baseUrl: string | null, exampleModel: string): KnownProvider {
  return {
    protocol: "openai-compatible",
    baseUrl,
    apiKeyVariable: null,
    needsApiKey: false,
    priceListId: null,
    exampleModel,
  };
}

/** The variables that may hold keys of these providers. */
export const KEY_VARIABLES: readonly string[] = Object.values(KNOWN_PROVIDERS).flatMap(
  ({ apiKeyVariable }) => (apiKeyVariable === null ? [] : [apiKeyVariable]),
);
