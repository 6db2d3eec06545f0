import type { IncomingMessage, RequestOptions } from "node:http";
import type { LookupFunction } from "node:net";
import { describeError, HandsError, nodeHttp } from "../../core/index.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";

/** How one request is sent. */
export interface SendOptions {
  readonly lookup: LookupFunction;
  readonly signal: AbortSignal;
}

/**
 * Sends one request on a connection of its own, and resolves when the answer's head has arrived. A connection that is kept
 * would be one that was checked for another hand, and proxies of the environment would connect to what nobody checked.
 *
 * Throws: the signal's reason; what the lookup threw; `tool_failed`.
 */
export function sendRequest(
  outgoing: OutgoingRequest,
  { lookup, signal }: SendOptions,
): Promise<IncomingMessage> {
  const { url, method, body } = outgoing;
  const headers: Record<string, string> = Object.fromEntries(outgoing.headers);
  headers["accept-encoding"] = "gzip, deflate, br";
  headers["user-agent"] ??= "hands";
  if (body !== null) headers["content-length"] = String(body.byteLength);
  const options: RequestOptions = { method, headers, lookup, signal, agent: false };
  return new Promise((resolve, reject) => {
    const { request: open } = url.protocol === "https:" ? process.getBuiltinModule("node:https") : nodeHttp;
    const request = open(url, options);
    request.on("response", resolve);
    request.on("error", (error) => reject(explain(error, url, signal)));
    // An answer that is none, as a change of protocol that nobody asked for, ends the connection without an error.
    request.on("close", () => reject(explain(new Error("the connection was closed"), url, signal)));
    request.end(body ?? undefined);
  });
}

function explain(error: Error, url: URL, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof HandsError) return error;
  return new HandsError("tool_failed", `${url.host} could not be reached: ${describeError(error)}`, {
    cause: error,
    details: { host: url.host },
  });
}
