import { describe, expect, it } from "vitest";
import type { ModelSettings, ModelUsage } from "../../src/models/index.ts";
import { createModelProvider } from "../../src/models/index.ts";
import { createQuickClock, createRequest, WEATHER_TOOL } from "./model-fixture.ts";

const MILLION: ModelUsage = { inputTokens: 1_000_000, outputTokens: 1_000_000 };
const KEYS = {
  ANTHROPIC_API_KEY: "k",
  OPENAI_API_KEY: "k",
  GOOGLE_GENERATIVE_AI_API_KEY: "k",
  OPENROUTER_API_KEY: "k",
};

function resolve(name: string, baseUrl: string | null = null, prices = {}) {
  const settings: ModelSettings = { name, baseUrl, apiKey: null };
  const clock = createQuickClock();
  return createModelProvider({ settings, environment: KEYS, clock, prices }).resolve(null);
}

describe("the cost of usage", () => {
  it.each([
    "anthropic/claude-sonnet-4-5",
    "openai/gpt-5",
    "google/gemini-2.5-pro",
    "openrouter/openai/gpt-4o",
  ])("of %s comes from the price list, and grows with the tokens", (name) => {
    const model = resolve(name);
    const small = model.calculateCostUsd({ inputTokens: 1_000, outputTokens: 1_000 });
    expect(small).toBeGreaterThan(0.000_1);
    expect(small).toBeLessThan(1);
    expect(model.calculateCostUsd({ inputTokens: 2_000, outputTokens: 2_000 })).toBeCloseTo(
      2 * (small ?? 0),
      9,
    );
  });

  it("is exact where the price is known: gpt-4o at 2.50 and 10 dollars", () => {
    expect(resolve("openai/gpt-4o").calculateCostUsd(MILLION)).toBeCloseTo(12.5, 9);
  });

  it("is lower for what was read from the cache", () => {
    const model = resolve("openai/gpt-4o");
    const cached = model.calculateCostUsd({ ...MILLION, cacheReadTokens: 400_000 });
    expect(cached).toBeCloseTo(0.6 * 2.5 + 0.4 * 1.25 + 10, 9);
  });

  it.each([
    ["a model that is not in the list", "anthropic/claude-unheard-of", null],
    ["a local model", "ollama/qwen3", null],
    ["a local model with a famous name", "openai-compatible/gpt-4o", "http://127.0.0.1:9/v1"],
    ["a famous model behind an unknown address", "openai/gpt-4o", "http://127.0.0.1:9/v1"],
    ["a model that is not priced by tokens", "openai/whisper-1", null],
  ])("of %s is not known, and not 0", (_what, name, baseUrl) => {
    expect(resolve(name, baseUrl).calculateCostUsd(MILLION)).toBeNull();
  });

  it("of a server that the list knows by its address is known", () => {
    const model = resolve("openai-compatible/llama-3.3-70b-versatile", "https://api.groq.com/openai/v1");
    expect(model.calculateCostUsd(MILLION)).toBeGreaterThan(0);
  });

  it("comes from the operator's own price first, which may be 0", () => {
    const own = { inputUsdPerMillionTokens: 2, outputUsdPerMillionTokens: 3 };
    expect(resolve("ollama/qwen3", null, { "ollama/qwen3": own }).calculateCostUsd(MILLION)).toBe(5);
    const free = { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 };
    expect(resolve("openai/gpt-4o", null, { "openai/gpt-4o": free }).calculateCostUsd(MILLION)).toBe(0);
  });
});

describe("the greatest usage of a request", () => {
  const model = resolve("openai/gpt-5");

  it("has the reply's bound, the default where the request has none", () => {
    expect(model.estimateGreatestUsage(createRequest({ maxOutputTokens: 500 })).outputTokens).toBe(500);
    expect(model.estimateGreatestUsage(createRequest()).outputTokens).toBe(16_384);
  });

  it("is more than any tokenizer makes of ordinary text, and counts tools and results", () => {
    const text = 'Numbers 1234567890, words, 漢字仮名交じり文, {"json": [1, 2, 3]} '.repeat(200);
    const estimate = (change: Parameters<typeof createRequest>[0]) =>
      model.estimateGreatestUsage(createRequest(change)).inputTokens;
    const plain = estimate({});
    expect(estimate({ messages: [{ role: "user", text }] })).toBeGreaterThanOrEqual(
      Buffer.byteLength(text) / 2,
    );
    expect(estimate({ system: text })).toBeGreaterThanOrEqual(Buffer.byteLength(text) / 2);
    expect(estimate({ tools: [WEATHER_TOOL] })).toBeGreaterThan(plain);
    const results = [{ callId: "c", name: "n", result: text, isError: false }];
    expect(estimate({ messages: [{ role: "tool", results }] })).toBeGreaterThanOrEqual(
      Buffer.byteLength(text) / 2,
    );
  });

  it("counts a reply once, in the form in which it is sent", () => {
    const text = "x".repeat(10_000);
    const reply = {
      role: "assistant" as const,
      text,
      toolCalls: [],
      raw: { model: "m", content: [{ type: "text", text }] },
    };
    const { inputTokens } = model.estimateGreatestUsage(createRequest({ messages: [reply] }));
    expect(inputTokens).toBeGreaterThan(5_000);
    expect(inputTokens).toBeLessThan(6_000);
  });
});
