import type { Clock } from "../../core/index.ts";
import { createRedactor, HandsError, withDeadline } from "../../core/index.ts";
import { createDeliveryFailure } from "../delivery-failure.ts";
import { isRetryableStatus, readRetryAfterMs } from "./retry-rules.ts";

/** A way to make requests, as `fetch` is one. */
export type SendRequest = (url: string, init: RequestInit) => Promise<Response>;

/** What a channel needs of the world around it. */
export interface ChannelParts {
  readonly clock: Clock;
  readonly send: SendRequest;
  /** How long one request may take. Default: 20 s. Source: Standard Webhooks asks for 15 to 30 seconds. */
  readonly timeoutMs?: number;
}

export interface ExchangeRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData;
  /** For a request that waits on purpose. Default: that of the channel. */
  readonly timeoutMs?: number;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly isOk: boolean;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where the text is no JSON. */
  readonly json: unknown;
}

/** Requests of one channel, bounded in time and size, and with nothing secret in what they fail with. */
export interface Exchange {
  /** Any answer is an answer. Throws: `delivery_failed` where none came, which may be tried again. */
  ask(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeAnswer>;
  /** The failure that an answer means: whether to try again by its status, when by its Retry-After. */
  refuse(answer: ExchangeAnswer, said?: Refusal): HandsError;
}

export interface Refusal {
  /** What the platform says in words. */
  readonly reason?: string | null;
  readonly hint?: string | undefined;
  /** Where the platform says more than its status does. */
  readonly isRetryable?: boolean;
  readonly retryAfterMs?: number | null;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const LARGEST_ANSWER_BYTES = 1_000_000;
const LONGEST_REASON = 300;

/** `secrets` are taken out of whatever a failure repeats: addresses of channels often carry a key. */
export function createExchange(
  name: string,
  parts: ChannelParts,
  secrets: readonly (string | null | undefined)[] = [],
): Exchange {
  const redactor = createRedactor(secrets.filter((secret) => typeof secret === "string"));
  return {
    async ask(request, signal) {
      const { url, method, headers = {}, body } = request;
      const timeoutMs = request.timeoutMs ?? parts.timeoutMs ?? DEFAULT_TIMEOUT_MS;
      const deadline = { clock: parts.clock, limitMs: timeoutMs, signal };
      try {
        return await withDeadline(deadline, async (bounded) => {
          const init = { method, headers, redirect: "manual" as const, signal: bounded };
          const response = await parts.send(url, body === undefined ? init : { ...init, body });
          const text = await readText(response);
          return {
            status: response.status,
            isOk: response.ok,
            headers: response.headers,
            text,
            json: parseJson(text),
          };
        });
      } catch (error) {
        const reason = redactor.text(explain(error, signal));
        // The error itself may name the address, and is not kept for that.
        throw createDeliveryFailure(`could not reach ${name}: ${reason}`, { isRetryable: true });
      }
    },
    refuse(answer, said = {}) {
      const reason = said.reason == null ? "" : `: ${redactor.text(said.reason).slice(0, LONGEST_REASON)}`;
      return createDeliveryFailure(`${name} answered ${answer.status}${reason}`, {
        status: answer.status,
        isRetryable: said.isRetryable ?? isRetryableStatus(answer.status),
        retryAfterMs:
          said.retryAfterMs ?? readRetryAfterMs(answer.headers.get("retry-after"), parts.clock.now()),
        hint: said.hint,
      });
    },
  };
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of response.body ?? []) {
    byteLength += chunk.byteLength;
    if (byteLength > LARGEST_ANSWER_BYTES) {
      throw new HandsError("too_large", `the answer is larger than ${LARGEST_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** In our own words and the system's code, as in `the connection failed (ECONNREFUSED)`. */
function explain(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "the request was called off";
  if (error instanceof HandsError) return error.message;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return `the connection failed${code}`;
}
