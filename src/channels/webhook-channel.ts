import { Webhook } from "standardwebhooks";
import type { Clock } from "../core/index.ts";
import { describeError, HandsError } from "../core/index.ts";
import type { Channel } from "./types.ts";

/** How long a receiver may take. Source: Standard Webhooks asks for 15 to 30 seconds. */
const TIMEOUT_MS = 20_000;

/** `[channels.NAME]` with `type = "webhook"`. */
export interface WebhookChannelSettings {
  readonly name: string;
  readonly url: string;
  /** `whsec_` and base64 of 24 to 64 bytes. */
  readonly secret: string;
}

/** A way to make requests, as `fetch` is one. */
export type SendRequest = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Sends output as a signed webhook: a JSON body of `{ type: "execution.output", timestamp, data }` with the headers of Standard
 * Webhooks. Only 2xx is a delivery; 410 and other client errors but 408, 409, 425 and 429 are final.
 * Source of the format: https://www.standardwebhooks.com
 */
export function createWebhookChannel(
  settings: WebhookChannelSettings,
  parts: { readonly clock: Clock; readonly send: SendRequest },
): Channel {
  const webhook = new Webhook(settings.secret);
  return {
    name: settings.name,
    destination: settings.url,
    async deliver(output, signal) {
      const sentAt = new Date(parts.clock.now());
      const body = JSON.stringify({
        type: "execution.output",
        timestamp: new Date(output.completedAt).toISOString(),
        data: {
          handName: output.handName,
          executionId: output.executionId,
          format: output.format,
          output: output.payload,
        },
      });
      const headers = {
        "content-type": "application/json",
        "webhook-id": output.deliveryId,
        "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
        "webhook-signature": webhook.sign(output.deliveryId, sentAt, body),
      };
      const response = await post(
        parts.send,
        output.destination,
        { method: "POST", headers, body },
        signal,
        settings.name,
      );
      if (response.ok) return null;
      throw new HandsError("delivery_failed", `${settings.name} answered ${response.status}`, {
        details: {
          status: response.status,
          retryable: isRetryable(response.status),
          retryAfterMs: readRetryAfterMs(response.headers.get("retry-after"), sentAt.getTime()),
        },
      });
    },
  };
}

async function post(
  send: SendRequest,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  name: string,
): Promise<Response> {
  try {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await send(url, { ...init, redirect: "manual", signal: bounded });
    await response.body?.cancel();
    return response;
  } catch (error) {
    throw new HandsError(
      "delivery_failed",
      `could not reach ${name}: ${describeError(error)}${nameCause(error)}`,
      {
        details: { retryable: true },
        cause: error,
      },
    );
  }
}

const RETRYABLE_CLIENT_ERRORS: readonly number[] = [408, 409, 425, 429];

function isRetryable(status: number): boolean {
  return status >= 500 || RETRYABLE_CLIENT_ERRORS.includes(status);
}

/** A number of seconds, or a date. Source: RFC 9110, section 10.2.3. */
function readRetryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}

/** The platform says only that a request failed; the code of its cause says why, as in ` (ECONNREFUSED)`. */
function nameCause(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
}
