import type { KeyObject } from "node:crypto";
import { createPublicKey, verify } from "node:crypto";
import type { IncomingInteraction } from "../types.ts";

/** What stands before the 32 bytes of an Ed25519 key. Source: RFC 8410, section 4. */
const KEY_HEADER = Buffer.from("302a300506032b6570032100", "hex");
const LONGEST_AGE_S = 300;

/** The key that an application shows, 64 hexadecimal digits. */
export function readPublicKey(hex: string): KeyObject {
  return createPublicKey({
    key: Buffer.concat([KEY_HEADER, Buffer.from(hex, "hex")]),
    format: "der",
    type: "spki",
  });
}

/**
 * Did Discord send this, just now and as it is?
 * Source: https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint
 */
export function isSignedByDiscord(
  { headers, rawBody }: IncomingInteraction,
  key: KeyObject,
  nowMs: number,
): boolean {
  const signature = headers.get("x-signature-ed25519") ?? "";
  const timestamp = headers.get("x-signature-timestamp") ?? "";
  if (!/^[0-9a-f]{128}$/i.test(signature) || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > LONGEST_AGE_S) return false;
  const signed = Buffer.concat([Buffer.from(timestamp), rawBody]);
  return verify(null, signed, key, Buffer.from(signature, "hex"));
}
