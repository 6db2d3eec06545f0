import { createHmac } from "node:crypto";
import { isSameSecret } from "../auth/secrets.ts";

/** What a webhook says of itself. Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export interface SignedWebhook {
  readonly id: string;
  /** Seconds, as it was sent. */
  readonly timestamp: string;
  /** Signatures with spaces between them. */
  readonly signature: string;
  /** As it came, byte for byte. */
  readonly body: string;
}

const TOLERANCE_MS = 5 * 60_000;

/** Is it signed with this key, and not older or newer than 5 minutes? Compares in constant time. */
export function isSignedBy(key: Uint8Array, webhook: SignedWebhook, nowMs: number): boolean {
  const sentMs = /^\d{1,12}$/.test(webhook.timestamp) ? Number(webhook.timestamp) * 1000 : Number.NaN;
  if (!(Math.abs(nowMs - sentMs) <= TOLERANCE_MS)) return false;
  const signed = `${webhook.id}.${webhook.timestamp}.${webhook.body}`;
  const expected = createHmac("sha256", key).update(signed).digest("base64");
  return webhook.signature
    .split(" ")
    .slice(0, 10)
    .some((signature) => isSameSecret(signature, `v1,${expected}`));
}

/** The key of a `whsec_` secret: 24 to 64 bytes; null where it is none. */
export function readWebhookKey(secret: string): Uint8Array | null {
  const match = /^(?:whsec_)?([A-Za-z0-9+/]{32,88}={0,2})$/.exec(secret);
  const key = match?.[1] === undefined ? null : Buffer.from(match[1], "base64");
  return key !== null && key.length >= 24 && key.length <= 64 ? key : null;
}
