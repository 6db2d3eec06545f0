import type { Clock, Environment, Random } from "../core/index.ts";
import { HandsError, systemRandom } from "../core/index.ts";
import { createFallbackModel } from "./fallback-model.ts";
import type { Fetch } from "./language-model.ts";
import { explainMissing, findModelConfiguration } from "./model-configuration.ts";
import { createPricing } from "./pricing.ts";
import { createProcessCounter } from "./process-counter.ts";
import { ProviderGate } from "./provider-gate.ts";
import { RemoteModel } from "./remote-model.ts";
import type { RequestCounter } from "./request-counter.ts";
import type { ModelPrice, ModelProvider, ModelSettings } from "./types.ts";

/** What a {@link ModelProvider} is made of. */
export interface ModelProviderOptions {
  readonly settings: ModelSettings;
  /** Where the usual variables of the providers are looked up, such as `ANTHROPIC_API_KEY`. */
  readonly environment: Environment;
  readonly clock: Clock;
  /** Default: the platform's. */
  readonly fetch?: Fetch;
  /** By `provider/model`; before the price list. */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
  /** For the waits between attempts. Default: the machine's. */
  readonly random?: Random;
  /** Where requests to providers with limits are counted. Default: in this process alone. */
  readonly counter?: RequestCounter;
}

/** The models that the settings and the environment give. Nothing is loaded or connected before a model is asked. */
export function createModelProvider(options: ModelProviderOptions): ModelProvider {
  const { settings, environment, clock } = options;
  const dependencies = {
    clock,
    random: options.random ?? systemRandom,
    fetch: options.fetch ?? globalThis.fetch,
    pricing: createPricing(options.prices),
  };
  const gates = createGates(settings, options.counter ?? createProcessCounter(clock), clock);
  const connect = (name: string | null) => {
    const configuration = findModelConfiguration(name, settings, environment);
    if ("message" in configuration)
      throw new HandsError("model_not_configured", configuration.message, { hint: configuration.hint });
    return new RemoteModel(configuration, {
      ...dependencies,
      gate: gates.get(configuration.provider) ?? null,
    });
  };
  return {
    resolve(name, given = []) {
      const fallback = given.length === 0 && name === null ? (settings.fallback ?? []) : given;
      const first = connect(name);
      return fallback.length === 0 ? first : createFallbackModel([first, ...fallback.map(connect)]);
    },
    explainMissing: (name) => explainMissing(name, settings, environment),
  };
}

/** One gate for all models of a provider that has limits. */
function createGates(
  settings: ModelSettings,
  counter: RequestCounter,
  clock: Clock,
): ReadonlyMap<string, ProviderGate> {
  return new Map(
    Object.entries(settings.providers ?? {}).flatMap(([provider, { limits }]) =>
      limits === undefined
        ? []
        : [[provider, new ProviderGate({ provider, limits, counter, clock })] as const],
    ),
  );
}
