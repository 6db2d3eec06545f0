import type { LanguageModelV4Content } from "@ai-sdk/provider";
import type { WholeReply } from "./collect-stream.ts";

/** The longest reply, as characters of its JSON: several times what any model writes at once, and still an answer that pages can show. */
export const LONGEST_REPLY = 1_000_000;

/** What a text takes in JSON. */
export function measureJson(text: string): number {
  return JSON.stringify(text).length - 2;
}

/** A reply that is too long ends there, as one whose length was spent: what came first is kept of it, and none of its calls. */
export function boundReply(whole: WholeReply, longest = LONGEST_REPLY): WholeReply {
  let left = longest;
  const content: LanguageModelV4Content[] = [];
  for (const part of whole.content) {
    const text = readText(part);
    const length = measureJson(text);
    if (length <= left) content.push(part);
    else if (part.type === "text") content.push({ ...part, text: cut(text, left) });
    left -= length;
    if (left < 0) return { ...whole, content, finishReason: { unified: "length", raw: undefined } };
  }
  return whole;
}

function readText(part: LanguageModelV4Content): string {
  if (part.type === "text" || part.type === "reasoning") return part.text;
  return part.type === "tool-call" ? part.input : "";
}

/** Escapes make a text up to six times as long. */
function cut(text: string, left: number): string {
  const beginning = text.slice(0, left);
  return measureJson(beginning) <= left ? beginning : text.slice(0, Math.floor(left / 6));
}
