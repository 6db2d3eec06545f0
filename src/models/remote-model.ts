import type { LanguageModel } from "ai";
import type { Clock, Random } from "../core/index.ts";
import { abortable } from "../core/index.ts";
import { readFailure } from "./failure.ts";
import { createModelError } from "./failure-error.ts";
import type { Fetch } from "./language-model.ts";
import { loadLanguageModel } from "./language-model.ts";
import type { ModelConfiguration } from "./model-configuration.ts";
import type { Pricing } from "./pricing.ts";
import { toInstructions, toPromptMessages, toToolSet } from "./prompt.ts";
import type { FinishedStep } from "./reply.ts";
import { toReply } from "./reply.ts";
import { calculateRetryDelayMs } from "./retry-delay.ts";
import type { ToolNames } from "./tool-names.ts";
import { createToolNames } from "./tool-names.ts";
import type { ModelClient, ModelReply, ModelRequest } from "./types.ts";
import { DEFAULT_MAX_OUTPUT_TOKENS, estimateGreatestUsage } from "./usage-estimate.ts";

/** What a model behind a network needs. */
export interface RemoteModelDependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly pricing: Pricing;
}

type GenerateOptions = Parameters<ModelClient["generate"]>[1];
type Library = typeof import("ai");

/** A model that a provider serves; the library and the provider's package are loaded when it is first asked. */
export class RemoteModel implements ModelClient {
  readonly name: string;
  readonly #configuration: ModelConfiguration;
  readonly #dependencies: RemoteModelDependencies;
  #languageModel: Promise<Exclude<LanguageModel, string>> | undefined;

  constructor(configuration: ModelConfiguration, dependencies: RemoteModelDependencies) {
    this.name = configuration.name;
    this.#configuration = configuration;
    this.#dependencies = dependencies;
  }

  async generate(request: ModelRequest, options: GenerateOptions): Promise<ModelReply> {
    const { clock, random } = this.#dependencies;
    options.signal.throwIfAborted();
    const toolNames = createToolNames(request.tools.map((tool) => tool.name));
    for (let attempts = 1; ; attempts += 1) {
      const progress: Progress = { hasBegun: false };
      let step: FinishedStep;
      try {
        step = await abortable(this.#ask(request, toolNames, options, progress), options.signal);
      } catch (error) {
        options.signal.throwIfAborted();
        const failure = readFailure(error, progress.hasBegun, clock.now());
        const delayMs = calculateRetryDelayMs(failure, attempts, random);
        if (delayMs === null) throw createModelError(failure, this.#configuration, attempts);
        await clock.sleep(delayMs, options.signal);
        continue;
      }
      return toReply(step, request, this.name, toolNames);
    }
  }

  calculateCostUsd(usage: Parameters<ModelClient["calculateCostUsd"]>[0]): number | null {
    const { pricing, clock } = this.#dependencies;
    return pricing.calculateCostUsd(this.#configuration, usage, clock.now());
  }

  estimateGreatestUsage(request: ModelRequest): ReturnType<ModelClient["estimateGreatestUsage"]> {
    return estimateGreatestUsage(request);
  }

  async #ask(
    request: ModelRequest,
    toolNames: ToolNames,
    { signal, onText }: GenerateOptions,
    progress: Progress,
  ): Promise<FinishedStep> {
    const library = await loadLibrary();
    this.#languageModel ??= loadLanguageModel(this.#configuration, this.#dependencies.fetch);
    const prompt = this.#createPrompt(library, await this.#languageModel, request, toolNames, signal);
    if (onText === undefined) return (await library.generateText(prompt)).finalStep;

    const result = library.streamText({ ...prompt, onError: () => {} });
    for await (const part of result.stream) {
      if (part.type === "error") throw part.error;
      if (part.type === "abort") break;
      if (!PREAMBLE.has(part.type)) progress.hasBegun = true;
      if (part.type === "text-delta" && part.text !== "") onText(part.text);
    }
    signal.throwIfAborted();
    return await result.finalStep;
  }

  #createPrompt(
    library: Library,
    languageModel: Exclude<LanguageModel, string>,
    request: ModelRequest,
    toolNames: ToolNames,
    signal: AbortSignal,
  ) {
    const instructions = toInstructions(request);
    const tools = toToolSet(request, toolNames, library.jsonSchema);
    const maxOutputTokens = request.maxOutputTokens ?? this.#defaultMaxOutputTokens();
    // Several servers refuse, or forget their tools, when they are told of both tools and a JSON answer.
    const tellsFormat = request.format === "json" && tools === undefined;
    return {
      model: tellsFormat ? answerJson(library, languageModel) : languageModel,
      messages: toPromptMessages(request.messages, this.name, toolNames),
      maxRetries: 0,
      abortSignal: signal,
      telemetry: { isEnabled: false },
      // Reasoning comes back encrypted, in the reply, instead of waiting for weeks on OpenAI's servers.
      providerOptions: { openai: { store: false } },
      ...(instructions === undefined ? {} : { instructions }),
      ...(tools === undefined ? {} : { tools }),
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

/** Whether anything of the reply itself has arrived. */
interface Progress {
  hasBegun: boolean;
}

/** Parts that the library makes before anything was answered. */
const PREAMBLE: ReadonlySet<string> = new Set(["start", "start-step", "raw", "ping"]);

/** Its warnings (a temperature that a model ignores, say) would be written to stderr on their own; the documented switch is this. */
async function loadLibrary(): Promise<Library> {
  globalThis.AI_SDK_LOG_WARNINGS ??= false;
  return import("ai");
}

function answerJson(library: Library, model: Exclude<LanguageModel, string>): Exclude<LanguageModel, string> {
  return library.wrapLanguageModel({
    model,
    middleware: { transformParams: async ({ params }) => ({ ...params, responseFormat: { type: "json" } }) },
  });
}
