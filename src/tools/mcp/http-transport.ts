import type { FetchLike, JSONRPCMessage } from "@modelcontextprotocol/client";
import { isJSONRPCRequest, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createBoundedFetch } from "../network/bounded-fetch.ts";
import { MAX_MESSAGE_BYTES } from "./oversized-answer.ts";
import type { McpTransportSettings } from "./types.ts";

/** The code of an answer that the transport makes itself: the stream of a call ended without one. JSON-RPC leaves it to applications. */
export const LOST_ANSWER_CODE = -32_099;

const UNBOUNDED_MS = 2_147_483_647;

const RECONNECTION = {
  initialReconnectionDelay: 500,
  maxReconnectionDelay: 10_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 5,
};

/**
 * Streamable HTTP with bounded answers, in which a call whose stream was cut ends at once instead of at its timeout. Redirects to other
 * origins are not followed, so that headers with secrets go nowhere else.
 */
export class HttpTransport extends StreamableHTTPClientTransport {
  constructor(settings: Extract<McpTransportSettings, { kind: "http" }>, fetch: FetchLike) {
    super(new URL(settings.url), {
      fetch: boundAnswers(settings.network === null ? fetch : createGuardedFetch(settings.network.allow)),
      requestInit: { headers: { ...settings.headers } },
      redirectPolicy: "same-origin",
      reconnectionOptions: RECONNECTION,
    });
  }

  override async send(
    message: JSONRPCMessage | JSONRPCMessage[],
    options?: Parameters<StreamableHTTPClientTransport["send"]>[1],
  ): Promise<void> {
    if (Array.isArray(message) || !isJSONRPCRequest(message)) {
      return await super.send(message as JSONRPCMessage, options);
    }
    const { id } = message;
    const onRequestStreamEnd = () => {
      const error = { code: LOST_ANSWER_CODE, message: "the connection was closed before the answer came" };
      this.onmessage?.({ jsonrpc: "2.0", id, error });
    };
    await super.send(message, { ...options, onRequestStreamEnd });
  }
}

/** Reaches what a hand may reach. A stream of notifications lasts as long as the connection, so it has no bounds of its own. */
function createGuardedFetch(allow: readonly string[] | null): FetchLike {
  const { signal } = new AbortController();
  return createBoundedFetch({ allow, maxBytes: Number.MAX_SAFE_INTEGER, timeoutMs: UNBOUNDED_MS, signal });
}

/** An answer to a POST is read up to a bound; the stream of notifications, which never ends, is read on. */
function boundAnswers(fetch: FetchLike): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (init?.method !== "POST" || response.body === null) return response;
    let byteLength = 0;
    const bounded = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          byteLength += chunk.byteLength;
          if (byteLength <= MAX_MESSAGE_BYTES) controller.enqueue(chunk);
          else
            controller.error(
              new Error(`the answer has more than the ${MAX_MESSAGE_BYTES} bytes that are read`),
            );
        },
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(bounded, { status, statusText, headers });
  };
}
