import { readArguments } from "./arguments.ts";
import { collectCallIds, makeCallIdsUnique } from "./call-ids.ts";
import type { WholeReply } from "./collect-stream.ts";
import { createRawReply } from "./raw-reply.ts";
import type { ToolNames } from "./tool-names.ts";
import type { ModelFinishReason, ModelReply, ModelRequest, ModelToolCall, ModelUsage } from "./types.ts";
import { estimateGreatestUsage, estimateOutputTokens } from "./usage-estimate.ts";

/** Our reply, made of the AI SDK's. */
export function toReply(
  { content, finishReason, usage }: WholeReply,
  request: ModelRequest,
  modelName: string,
  toolNames: ToolNames,
): ModelReply {
  const calls = content.flatMap((part) => (part.type === "tool-call" ? [part] : []));
  const callIds = makeCallIdsUnique(
    calls.map((call) => call.toolCallId),
    collectCallIds(request.messages),
  );
  const toolCalls = calls.map((call, index) => ({
    callId: callIds[index] ?? call.toolCallId,
    name: toolNames.fromWire(call.toolName),
    args: readArguments(call.input),
    rawArgs: call.input,
  }));
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("");
  return {
    text,
    toolCalls,
    finishReason: decideFinishReason(finishReason.unified, text, toolCalls),
    ...readUsage(usage, content, request),
    raw: createRawReply(modelName, content, callIds),
  };
}

/** Servers disagree on the reason of a reply with calls; the calls themselves decide, unless the reply was cut. */
function decideFinishReason(
  reason: WholeReply["finishReason"]["unified"],
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

/** Some servers report no usage; taken for nothing, every call would be free and every limit without effect. */
function readUsage(
  { inputTokens, outputTokens }: WholeReply["usage"],
  content: WholeReply["content"],
  request: ModelRequest,
): { usage: ModelUsage; usageIsEstimated: boolean } {
  if (!inputTokens.total || outputTokens.total === undefined) {
    const usage = {
      inputTokens: estimateGreatestUsage(request).inputTokens,
      outputTokens: estimateOutputTokens(JSON.stringify(content)),
    };
    return { usage, usageIsEstimated: true };
  }
  const usage = {
    inputTokens: inputTokens.total,
    outputTokens: outputTokens.total,
    ...(inputTokens.cacheRead ? { cacheReadTokens: inputTokens.cacheRead } : {}),
    ...(inputTokens.cacheWrite ? { cacheWriteTokens: inputTokens.cacheWrite } : {}),
  };
  return { usage, usageIsEstimated: false };
}
