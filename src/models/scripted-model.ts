import type { Clock, JsonObject } from "../core/index.ts";
import { abortable, createDeferred, HandsError } from "../core/index.ts";
import { readArguments } from "./arguments.ts";
import { collectCallIds, makeCallIdsUnique } from "./call-ids.ts";
import type {
  ModelClient,
  ModelFailureDetails,
  ModelFinishReason,
  ModelPrice,
  ModelProvider,
  ModelReply,
  ModelRequest,
  ModelUsage,
} from "./types.ts";
import { estimateGreatestUsage } from "./usage-estimate.ts";

/** A call in a script; arguments as text are what a model wrote that may be no JSON object. */
export interface ScriptedToolCall {
  readonly name: string;
  readonly args: JsonObject | string;
  /** Default: `call_<n>`. */
  readonly callId?: string;
}

/** What a scripted model does when it is asked: it answers, hangs until it is aborted, or fails. */
export type ScriptedReply =
  | {
      readonly text?: string;
      readonly toolCalls?: readonly ScriptedToolCall[];
      /** Default: `tool_calls`, `stop` or `empty`, by what the reply has. */
      readonly finishReason?: ModelFinishReason;
      /** Default: 100 in, 10 out. */
      readonly usage?: ModelUsage;
      readonly delayMs?: number;
    }
  | { readonly hang: true }
  | {
      readonly failure: Partial<ModelFailureDetails> & { readonly message?: string };
      readonly delayMs?: number;
    };

/** What a scripted model is made of. */
export interface ScriptedModelOptions {
  /** `provider/model`. Default: `scripted/model`. */
  readonly name?: string;
  /** In order, one a call; or a function of the request and the number of the call, from 1. */
  readonly replies: readonly ScriptedReply[] | ((request: ModelRequest, callNumber: number) => ScriptedReply);
  /** Needed for `delayMs`. */
  readonly clock?: Clock;
  /** Default: null, the price is not known. */
  readonly price?: ModelPrice | null;
  /** How many of the newest requests it remembers: each holds its whole conversation. Default: all. */
  readonly remembers?: number;
}

/** A model that follows a script, and remembers what it was asked. */
export interface ScriptedModel extends ModelClient {
  readonly requests: readonly ModelRequest[];
}

const DEFAULT_USAGE: ModelUsage = { inputTokens: 100, outputTokens: 10 };

/** A model without a network, for tests and demonstrations. A script that has ended fails as `rejected`. */
export function createScriptedModel(options: ScriptedModelOptions): ScriptedModel {
  const {
    replies,
    clock,
    price = null,
    name = "scripted/model",
    remembers = Number.POSITIVE_INFINITY,
  } = options;
  const requests: ModelRequest[] = [];
  let callCount = 0;
  const chooseReply = (request: ModelRequest, callNumber: number): ScriptedReply => {
    if (typeof replies === "function") return replies(request, callNumber);
    const message = `The script of ${name} has ${replies.length} replies and was asked ${callNumber} times.`;
    return replies[callNumber - 1] ?? { failure: { message, reason: "rejected", retryable: false } };
  };

  return {
    name,
    requests,
    async generate(request, { signal, onText }) {
      signal.throwIfAborted();
      callCount += 1;
      requests.push(request);
      if (requests.length > remembers) requests.shift();
      const scripted = chooseReply(request, callCount);
      if ("hang" in scripted) return abortable(createDeferred<never>().promise, signal);
      if (scripted.delayMs !== undefined) await requireClock(clock).sleep(scripted.delayMs, signal);
      if ("failure" in scripted) throw createScriptedError(name, scripted.failure);
      for (const word of scripted.text?.match(/\s*\S+\s*/g) ?? []) onText?.(word);
      return createReply(scripted, request);
    },
    calculateCostUsd(usage) {
      if (price === null) return null;
      const input = usage.inputTokens * price.inputUsdPerMillionTokens;
      return (input + usage.outputTokens * price.outputUsdPerMillionTokens) / 1_000_000;
    },
    estimateGreatestUsage,
  };
}

/** A provider that gives the one model whatever name is asked for. */
export function createScriptedProvider(model: ModelClient): ModelProvider {
  return { resolve: () => model, explainMissing: () => null };
}

function createReply(
  scripted: Extract<
    ScriptedReply,
    { readonly text?: string; readonly toolCalls?: readonly ScriptedToolCall[] }
  >,
  request: ModelRequest,
): ModelReply {
  const { text = "", toolCalls = [], usage = DEFAULT_USAGE } = scripted;
  const callIds = makeCallIdsUnique(
    toolCalls.map((call, index) => call.callId ?? `call_${index + 1}`),
    collectCallIds(request.messages),
  );
  const finished = toolCalls.length > 0 ? "tool_calls" : text.trim() === "" ? "empty" : "stop";
  return {
    text,
    toolCalls: toolCalls.map((call, index) => ({
      callId: callIds[index] ?? "",
      name: call.name,
      args: typeof call.args === "string" ? readArguments(call.args) : call.args,
      rawArgs: typeof call.args === "string" ? call.args : JSON.stringify(call.args),
    })),
    finishReason: scripted.finishReason ?? finished,
    usage,
    usageIsEstimated: false,
    raw: null,
  };
}

function createScriptedError(
  name: string,
  { message, ...given }: Partial<ModelFailureDetails> & { readonly message?: string },
): HandsError {
  const [provider = name, ...rest] = name.split("/");
  const details: ModelFailureDetails = {
    provider,
    model: rest.join("/"),
    reason: "server_error",
    status: null,
    retryable: true,
    mayHaveCost: false,
    retryAfterMs: null,
    attempts: 1,
    ...given,
  };
  return new HandsError("model_failed", message ?? `The scripted model ${name} fails.`, {
    details: { ...details },
  });
}

function requireClock(clock: Clock | undefined): Clock {
  if (clock !== undefined) return clock;
  throw new HandsError("invalid_argument", "A scripted reply with delayMs needs the model to have a clock.");
}
