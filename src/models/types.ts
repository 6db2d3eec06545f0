import type { JsonObject, JsonValue } from "../core/index.ts";

/** A call that a model asks for. */
export interface ModelToolCall {
  /** As the provider gave it; unique in its reply. */
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
  | { readonly role: "assistant"; readonly text: string; readonly toolCalls: readonly ModelToolCall[]; readonly raw: JsonValue }
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
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** One answer. */
export interface ModelReply {
  readonly text: string;
  readonly toolCalls: readonly ModelToolCall[];
  readonly finishReason: "stop" | "tool_calls" | "length" | "content_filter" | "error" | "other";
  readonly usage: ModelUsage;
  readonly raw: JsonValue;
}

/** A model that can be asked. */
export interface ModelClient {
  /** `provider/model`. */
  readonly name: string;
  /**
   * Asks once; retries only what is sure not to have been answered, honouring Retry-After.
   *
   * Throws: `model_failed` (with `details.status` and `details.retryable`), or the signal's reason.
   */
  generate(
    request: ModelRequest,
    options: { readonly signal: AbortSignal; readonly onText?: (text: string) => void },
  ): Promise<ModelReply>;
  /** The price of that usage in US dollars, or null where it is not known. */
  calculateCostUsd(usage: ModelUsage): number | null;
  /** An upper bound of what the request can use, for reserving its cost before it is made. */
  estimateGreatestUsage(request: ModelRequest): ModelUsage;
}

/** Gives the model of a name, or the project's default for null. */
export interface ModelProvider {
  /** Throws: `model_not_configured` with a hint that says how to configure one. */
  resolve(name: string | null): ModelClient;
  /** What would `resolve` say, as a problem, without making anything? Null where it is configured. */
  explainMissing(name: string | null): { readonly message: string; readonly hint: string } | null;
}

/** `[model]` of `hands.toml`, and what the environment adds. */
export interface ModelSettings {
  /** `provider/model`. */
  readonly name: string | null;
  readonly baseUrl: string | null;
  readonly apiKey: string | null;
}
