import type { WireResponse } from "../messages.ts";
import type { AskHost } from "./port-calls.ts";

/** Statuses whose responses have no body. Source: https://fetch.spec.whatwg.org/#null-body-status */
const NULL_BODY_STATUSES: readonly number[] = [101, 103, 204, 205, 304];

/** `fetch` by way of the host: the request and the response cross whole, as bytes. */
export async function fetchThroughHost(
  ask: AskHost,
  callSignal: AbortSignal,
  url: string | URL,
  init: RequestInit = {},
): Promise<Response> {
  const { signal: ownSignal, ...rest } = init;
  const request = new Request(url, rest);
  const signal = ownSignal == null ? callSignal : AbortSignal.any([callSignal, ownSignal]);
  const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
  const { method, redirect } = request;
  const headers = [...request.headers];
  const answer = await ask<WireResponse>(
    { port: "fetch", request: { url: request.url, method, headers, body, redirect } },
    signal,
  );
  return toResponse(answer);
}

function toResponse({ url, status, statusText, headers, body }: WireResponse): Response {
  const response = new Response(NULL_BODY_STATUSES.includes(status) ? null : body, {
    status,
    statusText,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
  // A response that is made by hand has no address.
  Object.defineProperty(response, "url", { value: url });
  return response;
}
