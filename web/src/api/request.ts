import { ApiFailure } from "./failure.ts";
import type { ApiError, Json } from "./types.ts";

/** Goes with every request that changes something; from `GET /api/session`. */
let csrfToken: string | null = null;

export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

export type QueryParameters = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined | null>
>;

/** An address with those parameters that have a value; lists are repeated keys. */
export function addressOf(path: string, parameters: QueryParameters = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters)) {
    if (value === undefined || value === null || value === "") continue;
    if (typeof value === "object") for (const item of value) search.append(key, item);
    else search.append(key, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Reads from the API. Throws {@link ApiFailure}. */
export function read<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  return send<Answer>(address, signal === undefined ? {} : { signal });
}

/** Changes something through the API. Throws {@link ApiFailure}. */
export function change<Answer>(
  method: "POST" | "DELETE" | "PUT",
  address: string,
  body: Json = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return send<Answer>(address, {
    method,
    body: JSON.stringify(body),
    headers: {
      ...headers,
      "content-type": "application/json",
      ...(csrfToken === null ? {} : { "x-hands-csrf": csrfToken }),
    },
  });
}

async function send<Answer>(address: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(address, {
      ...init,
      credentials: "same-origin",
      headers: { accept: "application/json", ...init.headers },
    });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw ApiFailure.unreachable();
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body as Answer;
  if (isApiError(body)) throw new ApiFailure(response.status, body.error);
  throw new ApiFailure(response.status, {
    code: "internal",
    message: `The server answered ${response.status} without saying why.`,
    hint: "Look at what `hands up` printed.",
  });
}

function isApiError(body: unknown): body is ApiError {
  return typeof body === "object" && body !== null && "error" in body && typeof body.error === "object";
}
