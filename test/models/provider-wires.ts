import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:http";
import { text as readText } from "node:stream/consumers";

/** One provider's protocol, as far as one reply needs it: reasoning "Hm.", the text "Let me see." and a call. */
export interface Wire {
  /** As in `provider/model`. */
  readonly name: string;
  readonly apiKeyHeader: string;
  /** The prefix of the key in its header. */
  readonly apiKeyPrefix: string;
  readonly whole: object;
  readonly events: readonly { readonly event?: string; readonly data: object }[];
  /** What the provider attached to its reasoning, which the next request must have. */
  readonly signature: string;
  /** Pieces that the next request must have, as JSON: the call and its result. */
  readonly returned: readonly string[];
  readonly overloaded: { readonly status: number; readonly body: object };
  /** An error of that status, in the provider's form. */
  error(status: number, message: string): object;
}

const CALL_ARGS = { city: "Berlin" };
const ARGS_TEXT = JSON.stringify(CALL_ARGS);

const anthropicFrame = {
  id: "msg_01",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5",
  stop_sequence: null,
};
const anthropicUsage = { input_tokens: 40, cache_creation_input_tokens: 10, cache_read_input_tokens: 50 };

export const anthropicWire: Wire = {
  name: "anthropic/claude-sonnet-4-5",
  apiKeyHeader: "x-api-key",
  apiKeyPrefix: "",
  signature: "c2lnLWFudGhyb3BpYw==",
  whole: {
    ...anthropicFrame,
    content: [
      { type: "thinking", thinking: "Hm.", signature: "c2lnLWFudGhyb3BpYw==" },
      { type: "text", text: "Let me see." },
      { type: "tool_use", id: "toolu_01", name: "weather", input: CALL_ARGS },
    ],
    stop_reason: "tool_use",
    usage: { ...anthropicUsage, output_tokens: 10 },
  },
  events: [
    {
      type: "message_start",
      message: {
        ...anthropicFrame,
        content: [],
        stop_reason: null,
        usage: { ...anthropicUsage, output_tokens: 1 },
      },
    },
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "thinking", thinking: "", signature: "" },
    },
    { type: "ping" },
    { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Hm." } },
    {
      type: "content_block_delta",
      index: 0,
      delta: { type: "signature_delta", signature: "c2lnLWFudGhyb3BpYw==" },
    },
    { type: "content_block_stop", index: 0 },
    { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "Let me " } },
    { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "see." } },
    { type: "content_block_stop", index: 1 },
    {
      type: "content_block_start",
      index: 2,
      content_block: { type: "tool_use", id: "toolu_01", name: "weather", input: {} },
    },
    { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '{"city":' } },
    { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '"Berlin"}' } },
    { type: "content_block_stop", index: 2 },
    {
      type: "message_delta",
      delta: { stop_reason: "tool_use", stop_sequence: null },
      usage: { output_tokens: 10 },
    },
    { type: "message_stop" },
  ].map((data) => ({ event: data.type, data })),
  returned: ['"tool_use_id":"toolu_01"', '"content":"rain"', '"input":{"city":"Berlin"}'],
  overloaded: {
    status: 529,
    body: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
  },
  error: (status, message) => ({ type: "error", error: { type: `error_${status}`, message } }),
};

const openAiFrame = {
  id: "resp_01",
  object: "response",
  created_at: 1,
  model: "gpt-5",
  error: null,
  incomplete_details: null,
};
const openAiReasoning = {
  id: "rs_01",
  type: "reasoning",
  summary: [{ type: "summary_text", text: "Hm." }],
  encrypted_content: "c2lnLW9wZW5haQ==",
};
const openAiText = {
  id: "msg_01",
  type: "message",
  status: "completed",
  role: "assistant",
  content: [{ type: "output_text", text: "Let me see.", annotations: [], logprobs: [] }],
};
const openAiCall = {
  id: "fc_01",
  type: "function_call",
  status: "completed",
  call_id: "call_01",
  name: "weather",
  arguments: ARGS_TEXT,
};
const openAiDone = {
  ...openAiFrame,
  status: "completed",
  output: [openAiReasoning, openAiText, openAiCall],
  usage: {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 50 },
    output_tokens: 10,
    output_tokens_details: { reasoning_tokens: 4 },
    total_tokens: 110,
  },
};

export const openAiWire: Wire = {
  name: "openai/gpt-5",
  apiKeyHeader: "authorization",
  apiKeyPrefix: "Bearer ",
  signature: "c2lnLW9wZW5haQ==",
  whole: openAiDone,
  events: [
    { type: "response.created", response: { ...openAiFrame, status: "in_progress", output: [] } },
    {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...openAiReasoning, summary: [], encrypted_content: null },
    },
    {
      type: "response.reasoning_summary_part.added",
      item_id: "rs_01",
      output_index: 0,
      summary_index: 0,
      part: { type: "summary_text", text: "" },
    },
    {
      type: "response.reasoning_summary_text.delta",
      item_id: "rs_01",
      output_index: 0,
      summary_index: 0,
      delta: "Hm.",
    },
    {
      type: "response.reasoning_summary_part.done",
      item_id: "rs_01",
      output_index: 0,
      summary_index: 0,
      part: { type: "summary_text", text: "Hm." },
    },
    { type: "response.output_item.done", output_index: 0, item: openAiReasoning },
    {
      type: "response.output_item.added",
      output_index: 1,
      item: { ...openAiText, status: "in_progress", content: [] },
    },
    {
      type: "response.output_text.delta",
      item_id: "msg_01",
      output_index: 1,
      content_index: 0,
      delta: "Let me ",
    },
    {
      type: "response.output_text.delta",
      item_id: "msg_01",
      output_index: 1,
      content_index: 0,
      delta: "see.",
    },
    { type: "response.output_item.done", output_index: 1, item: openAiText },
    {
      type: "response.output_item.added",
      output_index: 2,
      item: { ...openAiCall, status: "in_progress", arguments: "" },
    },
    { type: "response.function_call_arguments.delta", item_id: "fc_01", output_index: 2, delta: ARGS_TEXT },
    {
      type: "response.function_call_arguments.done",
      item_id: "fc_01",
      output_index: 2,
      arguments: ARGS_TEXT,
    },
    { type: "response.output_item.done", output_index: 2, item: openAiCall },
    { type: "response.completed", response: openAiDone },
  ].map((data, index) => ({ event: data.type, data: { ...data, sequence_number: index } })),
  returned: ['"call_id":"call_01","output":"rain"', '"store":false', "reasoning.encrypted_content"],
  overloaded: {
    status: 503,
    body: { error: { message: "The server is overloaded", type: "server_error", param: null, code: null } },
  },
  error: (status, message) => ({ error: { message, type: `error_${status}`, param: null, code: null } }),
};

const googleFrame = { modelVersion: "gemini-2.5-pro", responseId: "r1" };
const googleParts = [
  [{ text: "Hm.", thought: true }],
  [{ text: "Let me " }],
  [{ text: "see." }],
  [{ functionCall: { name: "weather", args: CALL_ARGS }, thoughtSignature: "c2lnLWdvb2dsZQ==" }],
];
const googleUsage = {
  promptTokenCount: 100,
  cachedContentTokenCount: 50,
  candidatesTokenCount: 6,
  thoughtsTokenCount: 4,
  totalTokenCount: 110,
};

export const googleWire: Wire = {
  name: "google/gemini-2.5-pro",
  apiKeyHeader: "x-goog-api-key",
  apiKeyPrefix: "",
  signature: "c2lnLWdvb2dsZQ==",
  whole: {
    ...googleFrame,
    candidates: [{ index: 0, content: { role: "model", parts: googleParts.flat() }, finishReason: "STOP" }],
    usageMetadata: googleUsage,
  },
  events: googleParts.map((parts, index) => ({
    data: {
      ...googleFrame,
      candidates: [
        {
          index: 0,
          content: { role: "model", parts },
          ...(index === googleParts.length - 1 ? { finishReason: "STOP" } : {}),
        },
      ],
      usageMetadata: googleUsage,
    },
  })),
  returned: ['"functionResponse":{', '"content":"rain"', '"args":{"city":"Berlin"}'],
  overloaded: {
    status: 503,
    body: { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } },
  },
  error: (status, message) => ({ error: { code: status, message, status: `ERROR_${status}` } }),
};

/** What a server does in place of an answer. */
export type Trouble =
  | "hang"
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body: string };

/** A request as it came. */
export interface WireRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server of one provider, on the loopback. */
export interface WireServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly requests: readonly WireRequest[];
}

/** Answers with `overloaded` that many times, then with the one reply, streamed when the request asks for a stream. */
export async function startWireServer(
  wire: Wire,
  {
    overloadedTimes = 0,
    events = wire.events,
    trouble,
  }: { overloadedTimes?: number; events?: Wire["events"]; trouble?: Trouble } = {},
): Promise<WireServer> {
  const requests: WireRequest[] = [];
  const server = createServer(async (request, response) => {
    const body = await readText(request);
    const url = request.url ?? "";
    requests.push({ url, headers: request.headers, body });
    if (trouble === "hang") return;
    if (trouble !== undefined) {
      response.writeHead(trouble.status, { "content-type": "application/json", ...trouble.headers });
      response.end(trouble.body);
    } else if (requests.length <= overloadedTimes) {
      response.writeHead(wire.overloaded.status, { "content-type": "application/json" });
      response.end(JSON.stringify(wire.overloaded.body));
    } else if (body.includes('"stream":true') || url.includes("streamGenerateContent")) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const { event, data } of events) {
        response.write(`${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`);
      }
      response.end();
    } else {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(wire.whole));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    baseUrl: `http://127.0.0.1:${address.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
