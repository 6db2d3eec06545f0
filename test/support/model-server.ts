import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { text as readText } from "node:stream/consumers";
import { setTimeout as sleepFor } from "node:timers/promises";

/** A request body of OpenAI's chat-completions protocol, as far as tests look at it. */
export interface ChatRequestBody {
  readonly model: string;
  readonly messages: readonly {
    readonly role: "system" | "user" | "assistant" | "tool";
    readonly content?: string | null;
    readonly tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[];
    readonly tool_call_id?: string;
    readonly reasoning_content?: string;
  }[];
  readonly tools?: readonly {
    type: "function";
    function: { name: string; description?: string; parameters: object };
  }[];
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly temperature?: number;
  readonly response_format?: { readonly type: string };
}

/** What the server does with one request. */
export type ServedReply =
  | {
      readonly text?: string;
      readonly reasoning?: string;
      readonly toolCalls?: readonly {
        readonly id?: string;
        readonly name: string;
        readonly args: object | string;
      }[];
      readonly finishReason?: string;
      /** Null: the server reports none. */
      readonly usage?: { readonly input: number; readonly output: number; readonly cached?: number } | null;
      readonly delayMs?: number;
      readonly chunkDelayMs?: number;
      /** Breaks the connection after that many parts of a stream, or in the middle of a body. */
      readonly cutAfter?: number;
      /** Sends that many parts of a stream, then nothing more. */
      readonly hangAfter?: number;
    }
  | { readonly status: number; readonly error?: object | string; readonly headers?: Record<string, string> }
  | { readonly malformed: string }
  | { readonly hang: true };

/** The script of a server: the reply to the request of that number, from 1. */
export type ModelScript = (request: ChatRequestBody, number: number) => ServedReply | Promise<ServedReply>;

/** One request as it came. */
export interface RecordedRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: ChatRequestBody;
  /** The client went away before the answer was complete. */
  wasAbandoned: boolean;
}

/** A running server. */
export interface ModelServer extends AsyncDisposable {
  /** For `base_url`; ends in `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly RecordedRequest[];
  stop(): Promise<void>;
}

type SpokenReply = Extract<ServedReply, { readonly text?: string; readonly cutAfter?: number }>;

/**
 * A server on the loopback that speaks OpenAI's chat-completions protocol, whole or streamed as the request asks.
 * Give its `baseUrl` to this process, or to a child in its `hands.toml`.
 */
export async function startModelServer(script: ModelScript): Promise<ModelServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    serve(request, response, script, requests).catch((error: unknown) => {
      if (!response.headersSent)
        sendJson(response, 500, { error: { message: `the script failed: ${String(error)}` } });
      response.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the model server has no port");
  const stop = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { baseUrl: `http://127.0.0.1:${address.port}/v1`, requests, stop, [Symbol.asyncDispose]: stop };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  script: ModelScript,
  requests: RecordedRequest[],
): Promise<void> {
  const text = await readText(request);
  if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
    return sendJson(response, 404, { error: { message: `no route ${request.method} ${request.url}` } });
  }
  const body = JSON.parse(text) as ChatRequestBody;
  const recorded: RecordedRequest = {
    path: request.url,
    headers: request.headers,
    body,
    wasAbandoned: false,
  };
  requests.push(recorded);
  response.on("close", () => {
    recorded.wasAbandoned = !response.writableFinished;
  });
  const reply = await script(body, requests.length);
  if ("hang" in reply) return;
  if ("malformed" in reply) {
    response.writeHead(200, { "content-type": body.stream ? "text/event-stream" : "application/json" });
    response.end(reply.malformed);
  } else if ("status" in reply) {
    sendJson(
      response,
      reply.status,
      reply.error ?? { error: { message: `status ${reply.status}` } },
      reply.headers,
    );
  } else {
    await sleepFor(reply.delayMs ?? 0);
    const id = `chatcmpl-${requests.length}`;
    if (body.stream === true) await sendStream(response, body, reply, id);
    else sendWhole(response, body, reply, id);
  }
}

function sendWhole(response: ServerResponse, body: ChatRequestBody, reply: SpokenReply, id: string): void {
  const message = {
    role: "assistant",
    content: reply.text ?? null,
    refusal: null,
    ...(reply.reasoning === undefined ? {} : { reasoning_content: reply.reasoning }),
    ...(reply.toolCalls === undefined ? {} : { tool_calls: toWireCalls(reply) }),
  };
  const choice = { index: 0, message, logprobs: null, finish_reason: decideFinish(reply) };
  const usage = toWireUsage(reply);
  const whole = { id, object: "chat.completion", created: 1, model: body.model, choices: [choice], usage };
  if (reply.cutAfter === undefined) {
    sendJson(response, 200, whole);
    return;
  }
  const text = JSON.stringify(whole);
  response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
}

async function sendStream(
  response: ServerResponse,
  body: ChatRequestBody,
  reply: SpokenReply,
  id: string,
): Promise<void> {
  const frame = { id, object: "chat.completion.chunk", created: 1, model: body.model };
  const parts = listDeltas(reply).map((delta) => ({
    ...frame,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null as string | null }],
  }));
  const last = {
    ...frame,
    choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: decideFinish(reply) }],
  };
  const usage = toWireUsage(reply);
  const chunks: object[] = [
    ...parts,
    last,
    ...(usage === undefined ? [] : [{ ...frame, choices: [], usage }]),
  ];

  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  response.flushHeaders();
  for (const [index, chunk] of chunks.entries()) {
    if (index === reply.hangAfter) return;
    if (index === reply.cutAfter) {
      response.destroy();
      return;
    }
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    await sleepFor(reply.chunkDelayMs ?? 0);
    if (response.destroyed) return;
  }
  response.end("data: [DONE]\n\n");
}

/** The first delta has the role; texts come by words; a call comes as its head, then its arguments in pieces. */
function listDeltas(reply: SpokenReply): readonly object[] {
  const words = (text: string | undefined) => text?.match(/\s*\S+\s*/g) ?? [];
  const calls = toWireCalls(reply).flatMap((call, index) => {
    const { name, arguments: text } = call.function;
    const head = { index, id: call.id, type: "function", function: { name, arguments: "" } };
    const pieces = text.match(/[\s\S]{1,12}/g) ?? [];
    const tail = pieces.map((piece) => ({ index, function: { arguments: piece } }));
    return [head, ...tail].map((part) => ({ tool_calls: [part] }));
  });
  return [
    { role: "assistant", content: "" },
    ...words(reply.reasoning).map((word) => ({ reasoning_content: word })),
    ...words(reply.text).map((word) => ({ content: word })),
    ...calls,
  ];
}

function toWireCalls(reply: SpokenReply) {
  return (reply.toolCalls ?? []).map((call, index) => ({
    id: call.id ?? `call_${index + 1}`,
    type: "function",
    function: {
      name: call.name,
      arguments: typeof call.args === "string" ? call.args : JSON.stringify(call.args),
    },
  }));
}

function decideFinish(reply: SpokenReply): string {
  return reply.finishReason ?? (reply.toolCalls === undefined ? "stop" : "tool_calls");
}

function toWireUsage({ usage }: SpokenReply): object | undefined {
  if (usage === null) return undefined;
  const { input, output, cached = 0 } = usage ?? { input: 100, output: 10 };
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  };
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object | string,
  headers: Record<string, string> = {},
): void {
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json", ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
