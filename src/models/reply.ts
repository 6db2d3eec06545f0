import type { generateText } from "ai";
import type { JsonObject, JsonValue } from "../core/index.ts";
import { isPlainObject, toJsonValue } from "../core/index.ts";
import { collectCallIds, makeCallIdsUnique } from "./call-ids.ts";
import { createRaw } from "./prompt.ts";
import type { ToolNames } from "./tool-names.ts";
import type { ModelFinishReason, ModelReply, ModelRequest, ModelToolCall, ModelUsage } from "./types.ts";
import { estimateGreatestUsage, estimateOutputTokens } from "./usage-estimate.ts";

/** One finished step of the library. */
export type FinishedStep = Awaited<ReturnType<typeof generateText>>["finalStep"];

/** Our reply, made of the library's. */
export function toReply(
  step: FinishedStep,
  request: ModelRequest,
  modelName: string,
  toolNames: ToolNames,
): ModelReply {
  const calls = step.content.flatMap((part) =>
    part.type === "tool-call" && !part.providerExecuted ? [part] : [],
  );
  const callIds = makeCallIdsUnique(
    calls.map((call) => call.toolCallId),
    collectCallIds(request.messages),
  );
  const toolCalls = calls.map((call, index) => ({
    callId: callIds[index] ?? call.toolCallId,
    name: toolNames.fromWire(call.toolName),
    ...readArguments(call.input),
  }));
  const finishReason = decideFinishReason(step.finishReason, step.text, toolCalls);
  return {
    text: step.text,
    toolCalls,
    finishReason,
    ...readUsage(step, request),
    raw: createRaw(modelName, toRawMessage(step, callIds)),
  };
}

/** The library's message as it came, but for its call ids, which must be those that the results will name. */
function toRawMessage(step: FinishedStep, callIds: readonly string[]): JsonValue {
  const content = step.response.messages.flatMap((message) =>
    message.role === "assistant" && Array.isArray(message.content) ? message.content : [],
  );
  let index = 0;
  const renamed = content.map((part) => {
    if (part.type !== "tool-call" || part.providerExecuted) return part;
    const toolCallId = callIds[index] ?? part.toolCallId;
    index += 1;
    return { ...part, toolCallId };
  });
  return toJsonValue({ role: "assistant", content: renamed });
}

/** The library leaves what it could not parse as text. */
function readArguments(input: unknown): Pick<ModelToolCall, "args" | "rawArgs"> {
  if (isPlainObject(input)) return { args: toJsonValue(input) as JsonObject, rawArgs: JSON.stringify(input) };
  return { args: null, rawArgs: typeof input === "string" ? input : JSON.stringify(input ?? null) };
}

/** Servers disagree on the reason of a reply with calls; the calls themselves decide, unless the reply was cut. */
function decideFinishReason(
  reason: FinishedStep["finishReason"],
  text: string,
  toolCalls: readonly ModelToolCall[],
): ModelFinishReason {
  if (reason === "length") return "length";
  if (reason === "content-filter") return "content_filter";
  if (reason === "error") return "error";
  if (toolCalls.length > 0) return "tool_calls";
  if (text.trim() === "") return "empty";
  return reason === "stop" ? "stop" : "other";
}

/** Some servers report no usage; nothing would be free, and every limit without effect. */
function readUsage(
  step: FinishedStep,
  request: ModelRequest,
): { usage: ModelUsage; usageIsEstimated: boolean } {
  const { inputTokens, outputTokens, inputTokenDetails } = step.usage;
  const { cacheReadTokens, cacheWriteTokens } = inputTokenDetails;
  const isReported =
    inputTokens !== undefined && outputTokens !== undefined && inputTokens + outputTokens > 0;
  if (!isReported) {
    const content = JSON.stringify(step.content);
    const inputTokens = estimateGreatestUsage(request).inputTokens;
    return { usage: { inputTokens, outputTokens: estimateOutputTokens(content) }, usageIsEstimated: true };
  }
  const usage = {
    inputTokens,
    outputTokens,
    ...(cacheReadTokens ? { cacheReadTokens } : {}),
    ...(cacheWriteTokens ? { cacheWriteTokens } : {}),
  };
  return { usage, usageIsEstimated: false };
}
