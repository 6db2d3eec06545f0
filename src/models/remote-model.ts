import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { Clock, Random } from "../core/index.ts";
import { abortable } from "../core/index.ts";
import type { WholeReply } from "./collect-stream.ts";
import { collectStream } from "./collect-stream.ts";
import { readFailure } from "./failure.ts";
import { createModelError } from "./failure-error.ts";
import type { Fetch } from "./language-model.ts";
import { loadLanguageModel } from "./language-model.ts";
import type { ModelConfiguration } from "./model-configuration.ts";
import type { Pricing } from "./pricing.ts";
import { toPrompt, toPromptTools } from "./prompt.ts";
import { markCacheable } from "./prompt-cache.ts";
import type { ProviderGate } from "./provider-gate.ts";
import { toReply } from "./reply.ts";
import { calculateRetryDelayMs } from "./retry-delay.ts";
import type { ToolNames } from "./tool-names.ts";
import { createToolNames } from "./tool-names.ts";
import type { ModelClient, ModelReply, ModelRequest, ModelUsage } from "./types.ts";
import { DEFAULT_MAX_OUTPUT_TOKENS, estimateGreatestUsage } from "./usage-estimate.ts";

/** What a model behind a network needs. */
export interface RemoteModelDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly pricing: Pricing;
  /** What its provider's limits hold requests back with; null where it has none. */
  readonly gate: ProviderGate | null;
}

type GenerateOptions = Parameters<ModelClient["generate"]>[1];

/**
 * A model that a provider serves. It is asked through the AI SDK's provider interface (`doGenerate`, `doStream`), and
 * not through the SDK's `generateText`, which gives two calls of one id the arguments of the first.
 */
export class RemoteModel implements ModelClient {
  readonly name: string;
  readonly #configuration: ModelConfiguration;
  readonly #dependencies: RemoteModelDependencies;
  #languageModel: Promise<LanguageModelV4> | undefined;

  constructor(configuration: ModelConfiguration, dependencies: RemoteModelDependencies) {
    this.name = configuration.name;
    this.#configuration = configuration;
    this.#dependencies = dependencies;
  }

  async generate(request: ModelRequest, { signal, onText }: GenerateOptions): Promise<ModelReply> {
    const { clock, random, fetch } = this.#dependencies;
    signal.throwIfAborted();
    this.#languageModel ??= loadLanguageModel(this.#configuration, fetch);
    const languageModel = await this.#languageModel;
    const toolNames = createToolNames(request.tools.map((tool) => tool.name));
    const callOptions = this.#createCallOptions(request, toolNames, signal);

    for (let attempts = 1; ; attempts += 1) {
      const progress: Progress = { hasBegun: false, listenerFailure: null };
      let whole: WholeReply;
      const leave = await this.#enter(request, signal);
      try {
        whole = await abortable(askOnce(languageModel, callOptions, onText, progress), signal);
      } catch (error) {
        signal.throwIfAborted();
        if (progress.listenerFailure !== null) throw progress.listenerFailure.error;
        const failure = readFailure(error, progress.hasBegun, clock.now());
        const delayMs = calculateRetryDelayMs(failure, attempts, random);
        if (delayMs === null) throw createModelError(failure, this.#configuration, attempts);
        leave();
        await clock.sleep(delayMs, signal);
        continue;
      } finally {
        leave();
      }
      return toReply(whole, request, this.name, toolNames);
    }
  }

  calculateCostUsd(usage: ModelUsage): number | null {
    const { pricing, clock } = this.#dependencies;
    return pricing.calculateCostUsd(this.#configuration, usage, clock.now());
  }

  estimateGreatestUsage(request: ModelRequest): ModelUsage {
    const greatest = estimateGreatestUsage(request);
    // All of it may be written to the cache, which costs more than reading it.
    return this.#configuration.known.protocol === "anthropic"
      ? { ...greatest, cacheWriteTokens: greatest.inputTokens }
      : greatest;
  }

  /** Waits until the provider's limits allow a request. */
  async #enter(request: ModelRequest, signal: AbortSignal): Promise<() => void> {
    const { gate } = this.#dependencies;
    if (gate === null) return () => {};
    const { inputTokens, outputTokens } = estimateGreatestUsage(request);
    const leave = await gate.enter(inputTokens + outputTokens, signal);
    let hasLeft = false;
    return () => {
      if (!hasLeft) leave();
      hasLeft = true;
    };
  }

  #createCallOptions(
    request: ModelRequest,
    toolNames: ToolNames,
    signal: AbortSignal,
  ): LanguageModelV4CallOptions {
    const tools = toPromptTools(request, toolNames);
    const maxOutputTokens = request.maxOutputTokens ?? this.#defaultMaxOutputTokens();
    // Several servers refuse, or forget their tools, when they are told of both tools and a JSON answer.
    const tellsFormat = request.format === "json" && tools.length === 0;
    return {
      prompt: markCacheable(toPrompt(request, this.name, toolNames)),
      abortSignal: signal,
      // Reasoning comes back encrypted, in the reply, instead of waiting for weeks on OpenAI's servers.
      providerOptions: { openai: { store: false } },
      ...(tools.length === 0 ? {} : { tools, toolChoice: { type: "auto" } }),
      ...(tellsFormat ? { responseFormat: { type: "json" } } : {}),
      ...(request.temperature === null ? {} : { temperature: request.temperature }),
      ...(maxOutputTokens === null ? {} : { maxOutputTokens }),
    };
  }

  #defaultMaxOutputTokens(): number | null {
    return this.calculateCostUsd({ inputTokens: 1, outputTokens: 1 }) === null
      ? null
      : DEFAULT_MAX_OUTPUT_TOKENS;
  }
}

/** What happened in one attempt, known also when it failed. */
interface Progress {
  hasBegun: boolean;
  /** What `onText` threw, which is no failure of the model. */
  listenerFailure: { readonly error: unknown } | null;
}

async function askOnce(
  languageModel: LanguageModelV4,
  callOptions: LanguageModelV4CallOptions,
  onText: ((text: string) => void) | undefined,
  progress: Progress,
): Promise<WholeReply> {
  if (onText === undefined) return languageModel.doGenerate(callOptions);
  const { stream } = await languageModel.doStream(callOptions);
  return collectStream(stream, {
    onBegin() {
      progress.hasBegun = true;
    },
    onText(text) {
      try {
        onText(text);
      } catch (error) {
        progress.listenerFailure = { error };
        throw error;
      }
    },
  });
}
