import type { JsonObject, JsonValue } from "../core/index.ts";
import type { ProviderLimits } from "./request-counter.ts";

/** A call that a model asks for. */
export interface ModelToolCall {
  /** As the provider gave it; changed only where it was missing, or repeated in the reply or the conversation. */
  readonly callId: string;
  readonly name: string;
  /** Null where the model wrote something that is no JSON object; `rawArgs` has it. */
  readonly args: JsonObject | null;
  readonly rawArgs: string;
}

/** One entry of a conversation. */
export type ModelMessage =
  | { readonly role: "user"; readonly text: string }
  /** `raw` is the provider's own form of its reply, handed back as it was (signatures of reasoning and the like). */
  | {
      readonly role: "assistant";
      readonly text: string;
      readonly toolCalls: readonly ModelToolCall[];
      readonly raw: JsonValue;
    }
  | {
      readonly role: "tool";
      readonly results: readonly {
        readonly callId: string;
        readonly name: string;
        readonly result: JsonValue;
        readonly isError: boolean;
      }[];
    };

/** A tool as a model is shown it. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
}

/** One question to a model. */
export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  readonly temperature: number | null;
  readonly maxOutputTokens: number | null;
  readonly format: "text" | "json";
}

/** Tokens of one call. */
export interface ModelUsage {
  /** All of them; the two kinds below are parts of it. */
  readonly inputTokens: number;
  /** With the tokens of its reasoning. */
  readonly outputTokens: number;
  /** Read from the provider's prompt cache, which is cheaper. */
  readonly cacheReadTokens?: number;
  /** Written to the provider's prompt cache, which some charge more for. */
  readonly cacheWriteTokens?: number;
}

/** The price of a model in US dollars per million tokens. */
export interface ModelPrice {
  readonly inputUsdPerMillionTokens: number;
  readonly outputUsdPerMillionTokens: number;
}

/**
 * Why a reply ended.
 * `empty`: it claims to be complete, but has neither text nor a call.
 * `length`: cut at the greatest length. `content_filter`: cut by the provider's filter.
 * `error`: the provider itself says that the model broke down, such as a call that it could not form.
 * After these three there are no calls, for the last may be half of what was meant.
 */
export type ModelFinishReason =
  | "stop"
  | "tool_calls"
  | "empty"
  | "length"
  | "content_filter"
  | "error"
  | "other";

/** One answer. */
export interface ModelReply {
  readonly text: string;
  readonly toolCalls: readonly ModelToolCall[];
  readonly finishReason: ModelFinishReason;
  readonly usage: ModelUsage;
  /** True where the provider reported no usage and these are the greatest numbers it can have been. */
  readonly usageIsEstimated: boolean;
  /** The model that answered, where it is another than the one that was asked for. */
  readonly answeredBy?: string;
  /** The models that were asked before it, and why they did not answer. */
  readonly insteadOf?: readonly PassedModel[];
  readonly raw: JsonValue;
}

/** A model that was asked and did not answer, so that the next one of a list was. */
export interface PassedModel {
  readonly model: string;
  readonly reason: ModelFailureReason;
  readonly message: string;
}

/** A model that can be asked. */
export interface ModelClient {
  /** `provider/model`. */
  readonly name: string;
  /**
   * Asks once; retries only what is sure not to have been answered, honouring Retry-After.
   *
   * Throws: `model_failed` with {@link ModelFailureDetails}, or the signal's reason.
   */
  generate(
    request: ModelRequest,
    options: { readonly signal: AbortSignal; readonly onText?: (text: string) => void },
  ): Promise<ModelReply>;
  /** The price of that usage in US dollars, or null where it is not known. `answeredBy` is the reply's own. */
  calculateCostUsd(usage: ModelUsage, answeredBy?: string): number | null;
  /** What the request can use at most, for reserving its cost before it is made. */
  estimateGreatestUsage(request: ModelRequest): ModelUsage;
}

/** Gives the model of a name, or the project's default for null. */
export interface ModelProvider {
  /**
   * `fallback` are the models that are asked, in order, where it does not answer; for the project's default, the project's own where there
   * are none.
   *
   * Throws: `model_not_configured` with a hint that says how to configure one.
   */
  resolve(name: string | null, fallback?: readonly string[]): ModelClient;
  /** What would `resolve` say, as a problem, without making anything? Null where it is configured. */
  explainMissing(name: string | null): { readonly message: string; readonly hint: string } | null;
}

/** What is needed to reach one provider. */
export interface ModelProviderSettings {
  /** Up to and with the version, such as `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
  /** Default: no limit. */
  readonly limits?: ProviderLimits;
}

/** `[model]` of `hands.toml`. Its address and key belong to the provider of its name, and are never sent to another. */
export interface ModelSettings extends ModelProviderSettings {
  /** `provider/model`. */
  readonly name: string | null;
  /** `[model.providers.<name>]`: more providers, or an address and a key for a known one. */
  readonly providers?: Readonly<Record<string, ModelProviderSettings>>;
  /** `provider/model` of those that are asked, in order, where the project's model does not answer. */
  readonly fallback?: readonly string[];
}

/** `details` of a `model_failed`. */
export interface ModelFailureDetails {
  readonly provider: string;
  readonly model: string;
  readonly reason: ModelFailureReason;
  /** The HTTP status of the answer, or null where there was none. */
  readonly status: number | null;
  /** Can the same request succeed later? */
  readonly retryable: boolean;
  /** False where it is sure that no token was charged. */
  readonly mayHaveCost: boolean;
  /** The least wait that the server asked for. */
  readonly retryAfterMs: number | null;
  /** How often the server was asked. */
  readonly attempts: number;
}

/**
 * Why a model gave no reply.
 * `unreachable`: no connection. `rejected`: the request is wrong. `unauthorised`: the key is wrong or may not do this.
 * `not_found`: no such model or address. `quota`: nothing is left to spend. `rate_limited`, `overloaded`, `server_error`: later, perhaps.
 * `interrupted`: the connection broke before the reply was complete. `malformed`: an answer that is no reply.
 */
export type ModelFailureReason =
  | "unreachable"
  | "rejected"
  | "unauthorised"
  | "not_found"
  | "quota"
  | "rate_limited"
  | "overloaded"
  | "server_error"
  | "interrupted"
  | "malformed";
