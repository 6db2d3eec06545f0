import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider";
import { LONGEST_REPLY, measureJson } from "./reply-bound.ts";

/** A whole reply, streamed or not, in the AI SDK's form. */
export interface WholeReply {
  readonly content: readonly LanguageModelV4Content[];
  readonly finishReason: LanguageModelV4FinishReason;
  readonly usage: LanguageModelV4Usage;
}

/** A reply that stopped before its end, on a connection that was closed in good order. */
export class ReplyInterrupted extends Error {
  constructor() {
    super("the stream ended before the reply was complete");
    this.name = "ReplyInterrupted";
  }
}

/** A stream that ended with nothing of a reply in it. */
class NoReply extends Error {
  constructor() {
    super("the answer has nothing of a reply in it");
    this.name = "NoReply";
  }
}

/** What is told while a stream is read. */
export interface StreamListener {
  /** The first part of the reply itself is here. */
  onBegin(): void;
  onText(text: string): void;
}

/** A text or a piece of reasoning that grows. */
interface Block {
  readonly type: "text" | "reasoning";
  text: string;
  providerMetadata?: SharedV4ProviderMetadata;
}

type BlockPart = Extract<LanguageModelV4StreamPart, { id: string }> & { type: `${Block["type"]}-${string}` };

/** Parts that come before anything was answered. */
const PREAMBLE: ReadonlySet<string> = new Set(["stream-start", "response-metadata", "raw", "ping", "error"]);

/** Of a reply that was not read to its end, where providers say what it took. */
const UNKNOWN_USAGE: LanguageModelV4Usage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};

/**
 * Puts a reply together from its stream, up to the longest that is taken. Whatever is thrown, the stream is closed, and with it the connection.
 *
 * Throws: the error of an error part; what the listener throws; {@link ReplyInterrupted}; another where there was no reply at all.
 */
export async function collectStream(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  listener: StreamListener,
): Promise<WholeReply> {
  const content: (LanguageModelV4Content | Block)[] = [];
  const open = new Map<string, Block>();
  let end: Pick<WholeReply, "finishReason" | "usage"> | undefined;
  let isReply = false;
  let length = 0;

  for await (const part of stream) {
    if (!PREAMBLE.has(part.type)) listener.onBegin();
    isReply ||= !PREAMBLE.has(part.type) && part.type !== "finish";
    length += "delta" in part ? measureJson(part.delta) : 0;
    if (length > LONGEST_REPLY) {
      end = { finishReason: { unified: "length", raw: undefined }, usage: UNKNOWN_USAGE };
      break;
    }
    switch (part.type) {
      case "error":
        throw part.error;
      case "text-start":
      case "reasoning-start":
      case "text-delta":
      case "reasoning-delta":
      case "text-end":
      case "reasoning-end":
        growBlock(part, open, content);
        if (part.type === "text-delta" && part.delta !== "") listener.onText(part.delta);
        break;
      case "tool-call":
      case "custom":
        content.push(part);
        break;
      case "finish":
        end = part;
        break;
      default:
    }
  }
  if (end === undefined || end.finishReason.unified === "interrupted") {
    // A page of another server is read as a stream of nothing.
    throw isReply ? new ReplyInterrupted() : new NoReply();
  }
  return {
    content: content as readonly LanguageModelV4Content[],
    finishReason: end.finishReason,
    usage: end.usage,
  };
}

/** Providers attach a block's signature to its start, to an empty delta or to its end: the last one counts. */
function growBlock(
  part: BlockPart,
  open: Map<string, Block>,
  content: (LanguageModelV4Content | Block)[],
): void {
  const type = part.type.startsWith("text") ? "text" : "reasoning";
  const key = `${type} ${part.id}`;
  let block = part.type.endsWith("-start") ? undefined : open.get(key);
  if (block === undefined) {
    block = { type, text: "" };
    open.set(key, block);
    content.push(block);
  }
  if ("delta" in part) block.text += part.delta;
  if (part.providerMetadata !== undefined) block.providerMetadata = part.providerMetadata;
}
