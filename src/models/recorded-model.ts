import type { HandsError } from "../core/index.ts";
import { hashJson } from "../core/index.ts";
import type { ModelClient, ModelReply, ModelRequest, ModelUsage } from "./types.ts";
import { estimateGreatestUsage } from "./usage-estimate.ts";

/** What was asked, as hashes of its three parts. */
export interface RequestHashes {
  readonly system: string;
  readonly tools: string;
  readonly messages: string;
}

/** One recorded answer, or the failure that came in place of one. */
export interface RecordedReply {
  /** What was asked when it was recorded; null where that was not kept. */
  readonly asked: RequestHashes | null;
  readonly outcome: { readonly reply: ModelReply } | { readonly failure: HandsError };
}

/** A model that gives recorded answers, and notes what it was asked for each of them. */
export interface RecordedModel extends ModelClient {
  /** By the place of the answer in the recording. */
  readonly asked: ReadonlyMap<number, RequestHashes>;
}

/**
 * A model without a network: the answer to the very question that was recorded, and otherwise the next one in order. It costs
 * nothing.
 */
export function createRecordedModel(options: {
  readonly replies: readonly RecordedReply[];
  /** Thrown when every answer was given. */
  readonly exhausted: () => HandsError;
  /** Resolves when it is the turn of an answer's result. */
  readonly waitForTurn: (place: number, signal: AbortSignal) => Promise<void>;
}): RecordedModel {
  const { replies, exhausted, waitForTurn } = options;
  const asked = new Map<number, RequestHashes>();
  const choose = (request: RequestHashes) => {
    const open = replies.flatMap((reply, place) => (asked.has(place) ? [] : [{ reply, place }]));
    return open.find(({ reply }) => isSameQuestion(reply.asked, request)) ?? open[0];
  };
  return {
    name: "recorded/model",
    asked,
    async generate(request, { signal, onText }) {
      signal.throwIfAborted();
      const hashes = hashRequest(request);
      const chosen = choose(hashes);
      if (chosen === undefined) throw exhausted();
      asked.set(chosen.place, hashes);
      await waitForTurn(chosen.place, signal);
      const { outcome } = chosen.reply;
      if ("failure" in outcome) throw outcome.failure;
      onText?.(outcome.reply.text);
      return outcome.reply;
    },
    calculateCostUsd: () => 0,
    estimateGreatestUsage: (request): ModelUsage => estimateGreatestUsage(request),
  };
}

function hashRequest({ system, tools, messages }: ModelRequest): RequestHashes {
  return {
    system: hashJson(system).slice(0, 16),
    tools: hashJson(JSON.parse(JSON.stringify(tools))).slice(0, 16),
    messages: hashJson(JSON.parse(JSON.stringify(messages))).slice(0, 16),
  };
}

function isSameQuestion(recorded: RequestHashes | null, request: RequestHashes): boolean {
  return (
    recorded !== null &&
    recorded.system === request.system &&
    recorded.tools === request.tools &&
    recorded.messages === request.messages
  );
}
