import type { IncomingMessage } from "node:http";
import type { Clock } from "../../core/index.ts";
import { HandsError, systemClock } from "../../core/index.ts";
import type { LookupAddresses } from "./guarded-lookup.ts";
import { createGuardedLookup, lookupAddresses } from "./guarded-lookup.ts";
import { admitHost } from "./host-rules.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { followRedirect, readRequest } from "./outgoing-request.ts";
import { decodeBody } from "./response-body.ts";
import { sendRequest } from "./send-request.ts";

const MAX_REDIRECTS = 5;
const REDIRECT_STATUSES: readonly number[] = [301, 302, 303, 307, 308];
const STATUSES_WITHOUT_BODY: readonly number[] = [204, 205, 304];

/** The network policy of one tool call. */
export interface BoundedFetchOptions {
  /** Hosts that may be reached; null is any public host. See `admitHost` for the forms of an entry. */
  readonly allow: readonly string[] | null;
  /** Bytes of one answer, before and after decompression. */
  readonly maxBytes: number;
  /** Milliseconds of one fetch, redirects and body included. */
  readonly timeoutMs: number;
  /** Ends every fetch. */
  readonly signal: AbortSignal;
  /** Default: the machine's resolver. */
  readonly lookup?: LookupAddresses;
  /** Default: the machine's clock. */
  readonly clock?: Pick<Clock, "setTimer">;
}

/** `fetch`, within bounds. */
export type BoundedFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` that reaches only hosts that are allowed, and no address of this machine or its networks unless the allow-list
 * names the host; each hop of a redirect is checked anew, at most 5. It keeps no connections, cookies or cache.
 *
 * The fetch throws: `denied` with the rule that refused; `limit_reached` (also while the body is read); `timeout`;
 * `tool_failed` where the network or the server failed; the reason of a signal that aborted.
 */
export function createBoundedFetch(options: BoundedFetchOptions): BoundedFetch {
  const { clock = systemClock, lookup = lookupAddresses } = options;
  return async (input, init = {}) => {
    const first = await readRequest(input, init);
    const deadline = new AbortController();
    const timer = clock.setTimer(options.timeoutMs, () =>
      deadline.abort(tooSlow(first.url, options.timeoutMs)),
    );
    const signals = [options.signal, deadline.signal, ...(init.signal ? [init.signal] : [])];
    const signal = AbortSignal.any(signals);
    try {
      signal.throwIfAborted();
      const hops = { allow: options.allow, lookup, signal, redirect: init.redirect ?? "follow" };
      const { request, message } = await followHops(first, hops);
      const onEnd = () => timer.cancel();
      return toResponse(request, message, request !== first, { maxBytes: options.maxBytes, signal, onEnd });
    } catch (error) {
      timer.cancel();
      // Whatever is still open of the hop that failed.
      deadline.abort(error);
      throw error;
    }
  };
}

interface Hops {
  readonly allow: readonly string[] | null;
  readonly lookup: LookupAddresses;
  readonly signal: AbortSignal;
  readonly redirect: NonNullable<RequestInit["redirect"]>;
}

async function followHops(
  first: OutgoingRequest,
  { allow, lookup, signal, redirect }: Hops,
): Promise<{ readonly request: OutgoingRequest; readonly message: IncomingMessage }> {
  let request = first;
  for (let redirects = 0; ; redirects += 1) {
    const guardedLookup = createGuardedLookup(admitHost(request.url, allow), lookup);
    const message = await sendRequest(request, { lookup: guardedLookup, signal });
    const { location } = message.headers;
    const status = message.statusCode ?? 0;
    if (redirect === "manual" || location === undefined || !REDIRECT_STATUSES.includes(status))
      return { request, message };
    message.destroy();
    if (redirect === "error")
      throw new HandsError("tool_failed", `${request.url.host} redirects, which was not wanted`);
    if (redirects === MAX_REDIRECTS) throw tooManyRedirects(first.url);
    request = followRedirect(request, status, location);
  }
}

function toResponse(
  request: OutgoingRequest,
  message: IncomingMessage,
  redirected: boolean,
  bounds: Parameters<typeof decodeBody>[1],
): Response {
  const status = message.statusCode ?? 0;
  if (status < 200 || status > 599) {
    throw new HandsError(
      "tool_failed",
      `${request.url.host} answered with the status ${status}, which HTTP does not know`,
    );
  }
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const hasBody = request.method !== "HEAD" && !STATUSES_WITHOUT_BODY.includes(status);
  if (!hasBody) {
    message.resume();
    bounds.onEnd();
  }
  const body = hasBody ? decodeBody(message, bounds) : null;
  if (hasBody && headers.has("content-encoding")) {
    headers.delete("content-encoding");
    headers.delete("content-length");
  }
  const response = new Response(body, { status, statusText: message.statusMessage ?? "", headers });
  // The constructor has no place for these two.
  Object.defineProperty(response, "url", { value: request.url.href });
  Object.defineProperty(response, "redirected", { value: redirected });
  return response;
}

function tooSlow(url: URL, timeoutMs: number): HandsError {
  return new HandsError("timeout", `${url.host} did not answer in full within ${timeoutMs} ms`, {
    details: { host: url.host, timeoutMs },
  });
}

function tooManyRedirects(url: URL): HandsError {
  return new HandsError("tool_failed", `${url.host} redirects more than ${MAX_REDIRECTS} times`);
}
