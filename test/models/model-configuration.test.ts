import { describe, expect, it } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import type { ModelSettings } from "../../src/models/index.ts";
import { createModelProvider } from "../../src/models/index.ts";
import { findModelConfiguration } from "../../src/models/model-configuration.ts";
import { CANARY_KEY, createQuickClock } from "./model-fixture.ts";

const NOTHING: ModelSettings = { name: null, baseUrl: null, apiKey: null };

function find(name: string | null, settings: Partial<ModelSettings> = {}, environment = {}) {
  return findModelConfiguration(name, { ...NOTHING, ...settings }, environment);
}

describe("the configuration of a model", () => {
  it.each([
    ["ollama/qwen3", "http://127.0.0.1:11434/v1", "qwen3"],
    ["lmstudio/qwen/qwen3-8b", "http://127.0.0.1:1234/v1", "qwen/qwen3-8b"],
    ["vllm/Qwen/Qwen3-8B", "http://127.0.0.1:8000/v1", "Qwen/Qwen3-8B"],
  ])("of a local server needs nothing but its name: %s", (name, baseUrl, model) => {
    expect(find(name)).toMatchObject({ name, baseUrl, model, apiKey: null });
    expect(find(null, { name })).toMatchObject({ name, baseUrl });
  });

  it.each([
    ["anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY", "https://api.anthropic.com/v1"],
    ["openai/gpt-5", "OPENAI_API_KEY", "https://api.openai.com/v1"],
    [
      "google/gemini-2.5-pro",
      "GOOGLE_GENERATIVE_AI_API_KEY",
      "https://generativelanguage.googleapis.com/v1beta",
    ],
    ["openrouter/meta-llama/llama-3.3-70b-instruct", "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1"],
  ])("of %s takes its key from %s, and says so where it is missing", (name, variable, baseUrl) => {
    expect(find(name, {}, { [variable]: CANARY_KEY })).toMatchObject({ baseUrl, apiKey: CANARY_KEY });
    for (const environment of [{}, { [variable]: "" }]) {
      const missing = find(name, {}, environment);
      expect(missing).toMatchObject({ message: `The model "${name}" has no API key.` });
      expect(missing).toMatchObject({ hint: expect.stringContaining(`environment variable ${variable}`) });
      expect(missing).toMatchObject({ hint: expect.stringContaining(`api_key = { env = "${variable}" }`) });
    }
  });

  it("prefers the settings' key to the environment's", () => {
    const environment = { ANTHROPIC_API_KEY: "from-environment" };
    const settings = { name: "anthropic/a", apiKey: "from-settings" };
    expect(find(null, settings, environment)).toMatchObject({ apiKey: "from-settings" });
  });

  it("never gives the address or key of one provider to another", () => {
    const settings = { name: "openai-compatible/a", baseUrl: "http://127.0.0.1:9/v1", apiKey: CANARY_KEY };
    expect(find("openai-compatible/b", settings)).toMatchObject({
      apiKey: CANARY_KEY,
      baseUrl: settings.baseUrl,
    });
    expect(find("ollama/b", settings)).toMatchObject({ apiKey: null, baseUrl: "http://127.0.0.1:11434/v1" });
    expect(find("anthropic/b", settings)).toMatchObject({
      message: 'The model "anthropic/b" has no API key.',
    });
  });

  it("knows more providers, and more about known ones, from their own tables", () => {
    const providers = {
      groq: { baseUrl: "https://api.groq.com/openai/v1", apiKey: "groq-key" },
      ollama: { baseUrl: "http://10.0.0.5:11434/v1", apiKey: null },
    };
    expect(find("groq/llama", { providers })).toMatchObject({ ...providers.groq, model: "llama" });
    expect(find("ollama/qwen3", { providers })).toMatchObject(providers.ollama);
  });

  it.each([
    [null, "No model is configured.", ['[model] name = "ollama/', "base_url", "api_key = { env ="]],
    ["", "No model is configured.", ["hands.toml"]],
    ["qwen3", "not of the form provider/model", ['name = "ollama/qwen3"']],
    ["ollama/", "not of the form provider/model", ["ollama"]],
    ["/qwen3", "not of the form provider/model", ['name = "ollama/qwen3"']],
    ["olama/qwen3", 'The provider "olama"', ['Did you mean "ollama"?', "[model.providers.olama]"]],
    ["constructor/x", 'The provider "constructor"', ["[model.providers.constructor]"]],
    ["openai-compatible/x", "has no base_url", ['base_url = "http://host:port/v1"']],
  ])("of %j says what is missing and what to write", (name, message, hints) => {
    const missing = find(name);
    expect(missing).toMatchObject({ message: expect.stringContaining(message) });
    for (const hint of hints) expect(missing).toMatchObject({ hint: expect.stringContaining(hint) });
  });

  it("of nothing points at a key that is there", () => {
    const hint = expect.stringContaining('OPENAI_API_KEY is set, so [model] name = "openai/');
    expect(find(null, {}, { OPENAI_API_KEY: "k" })).toMatchObject({ hint });
  });

  it.each(["127.0.0.1:8000", "ftp://host/v1", `http://user:${CANARY_KEY}@host/v1`, "/v1"])(
    "refuses the address %s, without showing it",
    (baseUrl) => {
      const missing = find(null, { name: "openai-compatible/x", baseUrl });
      expect(missing).toMatchObject({ message: expect.stringContaining("is not an http or https address") });
      expect(JSON.stringify(missing)).not.toContain(CANARY_KEY);
    },
  );
});

describe("a model provider", () => {
  const provider = createModelProvider({ settings: NOTHING, environment: {}, clock: createQuickClock() });

  it("explains what it would throw", () => {
    const explained = provider.explainMissing("anthropic/x");
    expect(provider.explainMissing("ollama/x")).toBeNull();
    expect(explained).toEqual({ message: expect.any(String), hint: expect.any(String) });
    try {
      provider.resolve("anthropic/x");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(HandsError);
      expect(error).toMatchObject({ code: "model_not_configured", ...explained });
    }
  });

  it("gives a client of that name", () => {
    expect(provider.resolve("ollama/qwen3").name).toBe("ollama/qwen3");
  });
});
