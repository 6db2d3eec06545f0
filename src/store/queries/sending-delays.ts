import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import { afterInstant } from "../after-instant.ts";
import type { Database } from "../tables.ts";
import type { SendingTable } from "./sendings.ts";

/** People wait for these, so the first further attempts come soon. */
const MESSAGE_DELAYS_MS = [
  5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000,
];

/** Pauses before each further attempt, in milliseconds. Source of those of deliveries: the schedule that Standard Webhooks recommends. */
export const SENDING_DELAYS_MS: Readonly<Record<SendingTable, readonly number[]>> = {
  deliveries: [
    5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
  ],
  request_messages: MESSAGE_DELAYS_MS,
  notices: MESSAGE_DELAYS_MS,
};

/** How long a receiver may put an attempt off beyond its own pause. */
export const LONGEST_ASKED_DELAY_MS = 3_600_000;

/**
 * May a row be tried: one that was not yet, and one whose pause is over? Or was that pause planned before the clock was set back? Then the
 * next attempt lies farther ahead than any pause after that many attempts.
 */
export function isAttemptDue(
  builder: ExpressionBuilder<Database, "deliveries">,
  table: SendingTable,
  nowMs: number,
): Expression<SqlBool> {
  const farther = SENDING_DELAYS_MS[table].map((delayMs, index) =>
    builder.and([
      builder("attempts", "=", index + 1),
      builder("next_attempt_at", ">", afterInstant(nowMs, Math.max(delayMs, LONGEST_ASKED_DELAY_MS))),
    ]),
  );
  return builder.or([
    builder("status", "=", "pending"),
    builder.and([
      builder("status", "=", "retrying"),
      builder.or([
        builder("next_attempt_at", "<=", nowMs),
        builder.and([
          builder("next_attempt_at", ">", afterInstant(nowMs, LONGEST_ASKED_DELAY_MS)),
          builder.or(farther),
        ]),
      ]),
    ]),
  ]);
}
