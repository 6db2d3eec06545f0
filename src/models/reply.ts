import { readArguments } from "./arguments.ts";
import { collectCallIds, makeCallIdsUnique } from "./call-ids.ts";
import type { WholeReply } from "./collect-stream.ts";
import { createRawReply } from "./raw-reply.ts";
import { boundReply } from "./reply-bound.ts";
import type { ToolNames } from "./tool-names.ts";
import type { ModelFinishReason, ModelReply, ModelRequest, ModelToolCall, ModelUsage } from "./types.ts";
import { estimateGreatestUsage, estimateOutputTokens } from "./usage-estimate.ts";

/** Our reply, made of the AI SDK's. */
export function toReply(
  received: WholeReply,
  request: ModelRequest,
  modelName: string,
  toolNames: ToolNames,
): ModelReply {
  const whole = boundReply(received);
  const cut = CUT_REASONS[whole.finishReason.unified] ?? null;
  const content = whole.content.filter((part) => cut === null || part.type !== "tool-call");
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
    finishReason: cut ?? decideFinishReason(whole.finishReason.unified, text, toolCalls),
    ...readUsage(whole, request),
    raw: createRawReply(modelName, content, callIds),
  };
}

type WireFinishReason = WholeReply["finishReason"]["unified"];

/** After these a reply is not whole. */
const CUT_REASONS: Partial<Record<WireFinishReason, ModelFinishReason>> = {
  length: "length",
  "content-filter": "content_filter",
  error: "error",
};

/** Servers disagree on the reason of a reply with calls; the calls themselves decide. */
function decideFinishReason(
  reason: WireFinishReason,
  text: string,
  toolCalls: readonly ModelToolCall[],
): ModelFinishReason {
  if (toolCalls.length > 0) return "tool_calls";
  if (text.trim() === "") return "empty";
  return reason === "stop" ? "stop" : "other";
}

/** Some servers report no usage; taken for nothing, every call would be free and every limit without effect. */
function readUsage(
  { usage: { inputTokens, outputTokens }, content }: WholeReply,
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
