import { createRequire } from "node:module";
import type { ModelConfiguration } from "./model-configuration.ts";
import type { ModelPrice, ModelUsage } from "./types.ts";

/** Says what usage costs. */
export interface Pricing {
  /** In US dollars, or null where the price is not known. `atEpochMs` chooses among prices that change with time. */
  calculateCostUsd(configuration: PricedModel, usage: ModelUsage, atEpochMs: number): number | null;
}

type PricedModel = Pick<ModelConfiguration, "name" | "model" | "baseUrl" | "known">;
type PriceList = typeof import("@pydantic/genai-prices");

const TOKENS_PER_PRICE = 1_000_000;
const require = createRequire(import.meta.url);

/**
 * Prices by the operator's own table (by `provider/model`), then by the list that @pydantic/genai-prices carries
 * in itself: no request is made, so a price is as new as the package. A server behind another address than its
 * provider's is looked up by that address, so a model of a famous name on one's own machine has no price.
 */
export function createPricing(prices: Readonly<Record<string, ModelPrice>> = {}): Pricing {
  return {
    calculateCostUsd(configuration, usage, atEpochMs) {
      const own = Object.hasOwn(prices, configuration.name) ? prices[configuration.name] : undefined;
      return own === undefined
        ? calculateByList(configuration, usage, atEpochMs)
        : calculateByPrice(own, usage);
    },
  };
}

function calculateByPrice(price: ModelPrice, usage: ModelUsage): number {
  const input = usage.inputTokens * price.inputUsdPerMillionTokens;
  const output = usage.outputTokens * price.outputUsdPerMillionTokens;
  return (input + output) / TOKENS_PER_PRICE;
}

function calculateByList(
  { model, baseUrl, known }: PricedModel,
  usage: ModelUsage,
  atEpochMs: number,
): number | null {
  // Loaded on the first question, and synchronously, for a price is asked for inside transactions.
  const { calcPrice, findProvider } = require("@pydantic/genai-prices") as PriceList;
  const isAtHome = known.priceListId !== null && baseUrl === known.baseUrl;
  const provider = findProvider(isAtHome ? { providerId: known.priceListId } : { providerApiUrl: baseUrl });
  if (provider === undefined) return null;
  const found = calcPrice(toListUsage(usage), model, { provider, timestamp: new Date(atEpochMs) });
  // The list answers 0 for a model that it prices by other things than tokens, or not at all.
  if (found === null || found.model_price["input_mtok"] === undefined) return null;
  if (found.model_price["output_mtok"] === undefined) return null;
  return found.total_price;
}

function toListUsage(usage: ModelUsage): Record<string, number> {
  const read = Math.min(usage.cacheReadTokens ?? 0, usage.inputTokens);
  const written = Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens - read);
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    ...(read > 0 ? { cache_read_tokens: read } : {}),
    ...(written > 0 ? { cache_write_tokens: written } : {}),
  };
}
