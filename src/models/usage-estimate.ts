import type { ModelMessage, ModelRequest, ModelUsage } from "./types.ts";

/**
 * The greatest reply, in tokens, where a request does not say. A model with a known price is told so,
 * that the bound holds; one without is not, for a small local model may not have as much room.
 */
export const DEFAULT_MAX_OUTPUT_TOKENS = 16_384;

/**
 * Two bytes a token: English has about 4, Chinese 2 to 3, JSON of many digits 2. Only text of nearly
 * nothing but digits or noise has fewer, and its real usage is what is booked after the call.
 */
const BYTES_PER_TOKEN = 2;
/** Roles and separators of a message. */
const TOKENS_PER_MESSAGE = 16;
/** The providers' own instructions for calling tools. Source: Anthropic's table has at most 735. */
const TOKENS_FOR_TOOLS = 1_000;

/** What a request can use at most: half its bytes, and the longest reply. */
export function estimateGreatestUsage(request: ModelRequest): ModelUsage {
  const bytes = countBytes([request.system, request.tools, request.messages.map(selectSent)]);
  const forTools = request.tools.length > 0 ? TOKENS_FOR_TOOLS : 0;
  const overhead = (request.messages.length + 2) * TOKENS_PER_MESSAGE + forTools;
  return {
    inputTokens: Math.ceil(bytes / BYTES_PER_TOKEN) + overhead,
    outputTokens: request.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS,
  };
}

/** Of a reply whose usage the server did not report. */
export function estimateOutputTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE;
}

/** A reply is sent either in the provider's own form or in ours, never in both. */
function selectSent(message: ModelMessage): unknown {
  if (message.role !== "assistant") return message;
  return message.raw ?? [message.text, message.toolCalls];
}

function countBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
