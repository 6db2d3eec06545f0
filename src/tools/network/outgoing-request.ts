import { HandsError } from "../../core/index.ts";

/** One request, before it is sent or sent on to where a redirect leads. */
export interface OutgoingRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array | null;
}

/** What the connection is about; a caller that could set `host` would speak to another host than the one that was checked. */
const HEADERS_OF_THE_CONNECTION: readonly string[] = [
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Headers that another origin may see too. Anything else, as `authorization`, `cookie` or `x-api-key`, may be a secret. */
const HEADERS_FOR_EVERYONE: readonly string[] = [
  "accept",
  "accept-language",
  "cache-control",
  "content-language",
  "content-type",
  "range",
  "user-agent",
];

const HEADERS_OF_A_BODY: readonly string[] = ["content-encoding", "content-language", "content-type"];

/** Throws: `denied` for anything but http and https, and for an address with a password in it. */
function checkUrl(url: URL): void {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new HandsError("denied", `Only http and https can be fetched, not ${url.protocol}`, {
      hint: "Pass an address that begins with https://.",
      details: { rule: "network.protocol" },
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new HandsError("denied", `The address of ${url.host} has a name or a password in it`, {
      hint: "Send credentials in the authorization header.",
      details: { rule: "network.credentials" },
    });
  }
}

/** Reads what `fetch` takes. Throws: `invalid_argument` when it is no request. */
export async function readRequest(input: string | URL, init: RequestInit): Promise<OutgoingRequest> {
  if (!URL.canParse(String(input))) {
    throw new HandsError("invalid_argument", `${JSON.stringify(String(input))} is not an address`, {
      hint: "Pass a whole address, as in https://example.com/page.",
    });
  }
  const url = new URL(input);
  checkUrl(url);
  const { signal: _signal, ...rest } = init;
  const request = new Request(url, rest);
  const headers = new Headers(request.headers);
  for (const name of HEADERS_OF_THE_CONNECTION) headers.delete(name);
  url.hash = "";
  const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
  return { url, method: request.method, headers, body };
}

/** The request that a redirect asks for. Source: Fetch Standard, HTTP-redirect fetch; stricter in the headers it keeps. */
export function followRedirect(request: OutgoingRequest, status: number, location: string): OutgoingRequest {
  if (!URL.canParse(location, request.url.href)) {
    throw new HandsError(
      "tool_failed",
      `${request.url.host} redirects to ${JSON.stringify(location)}, which is no address`,
    );
  }
  const url = new URL(location, request.url);
  url.hash = "";
  checkUrl(url);
  const headers = new Headers(request.headers);
  if (url.origin !== request.url.origin) keepOnly(headers, HEADERS_FOR_EVERYONE);
  const isRead = request.method === "GET" || request.method === "HEAD";
  const becomesGet =
    (status === 303 && !isRead) || ((status === 301 || status === 302) && request.method === "POST");
  if (!becomesGet) return { ...request, url, headers };
  for (const name of HEADERS_OF_A_BODY) headers.delete(name);
  return { url, method: "GET", headers, body: null };
}

function keepOnly(headers: Headers, names: readonly string[]): void {
  for (const name of [...headers.keys()]) if (!names.includes(name)) headers.delete(name);
}
