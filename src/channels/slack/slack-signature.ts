import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingInteraction } from "../types.ts";

/** Source: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const LONGEST_AGE_S = 300;

/** Did Slack send this, just now and as it is? In constant time. */
export function isSignedBySlack(
  { headers, rawBody }: IncomingInteraction,
  signingSecret: string,
  nowMs: number,
): boolean {
  const timestamp = headers.get("x-slack-request-timestamp") ?? "";
  const signature = headers.get("x-slack-signature") ?? "";
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > LONGEST_AGE_S) return false;
  const hmac = createHmac("sha256", signingSecret).update(`v0:${timestamp}:`).update(rawBody).digest("hex");
  const expected = Buffer.from(`v0=${hmac}`);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
