import type { Clock, Random } from "../../src/core/index.ts";
import { systemClock } from "../../src/core/index.ts";
import type {
  ModelClient,
  ModelMessage,
  ModelProviderOptions,
  ModelReply,
  ModelRequest,
} from "../../src/models/index.ts";
import { createModelProvider } from "../../src/models/index.ts";

/** A key that must never be seen in anything that leaves. */
export const CANARY_KEY = "sk-canary-5f2d9a71c3";

/** A clock whose sleeps are over at once and remembered. */
export interface QuickClock extends Clock {
  readonly slept: number[];
}

export function createQuickClock(): QuickClock {
  const slept: number[] = [];
  return {
    ...systemClock,
    slept,
    async sleep(delayMs, signal) {
      signal?.throwIfAborted();
      slept.push(delayMs);
    },
  };
}

/** No chance: every wait is the shortest. */
export const noChance: Random = { bytes: (length) => new Uint8Array(length) };

/** A client of `openai-compatible/test-model` at that address. */
export function connect(baseUrl: string, options: Partial<ModelProviderOptions> = {}): ModelClient {
  const settings = { name: "openai-compatible/test-model", baseUrl, apiKey: CANARY_KEY };
  const provider = createModelProvider({
    settings,
    environment: {},
    clock: createQuickClock(),
    random: noChance,
    ...options,
  });
  return provider.resolve(null);
}

export function createRequest(request: Partial<ModelRequest> = {}): ModelRequest {
  return {
    system: "You are terse.",
    messages: [{ role: "user", text: "hello" }],
    tools: [],
    temperature: null,
    maxOutputTokens: null,
    format: "text",
    ...request,
  };
}

export function ask(
  model: ModelClient,
  request: Partial<ModelRequest> = {},
  onText?: (text: string) => void,
): Promise<ModelReply> {
  const signal = new AbortController().signal;
  return model.generate(createRequest(request), onText === undefined ? { signal } : { signal, onText });
}

/** The message that a reply becomes in the conversation. */
export function toMessage({ text, toolCalls, raw }: ModelReply): ModelMessage {
  return { role: "assistant", text, toolCalls, raw };
}

export const WEATHER_TOOL = {
  name: "weather",
  description: "The weather of a city",
  inputSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
