import type { Expression, SqlBool } from "kysely";
import { expressionBuilder } from "kysely";
import { afterInstant } from "./after-instant.ts";
import type { Database } from "./tables.ts";

/** Twice what the longest lease lasts. */
const FARTHEST_LEASE_MS = 120_000;

/**
 * Has the lease of a row passed, or was it given before the clock was set back? Whoever lives renews its leases or lets them go, so nobody
 * holds one that ends so far ahead. For every table with a column `lease_until`.
 */
export function hasLeasePassed(nowMs: number): Expression<SqlBool> {
  const builder = expressionBuilder<Database, "hand_executions">();
  return builder.or([
    builder("lease_until", "<", nowMs),
    builder("lease_until", ">", afterInstant(nowMs, FARTHEST_LEASE_MS)),
  ]);
}

/** The same of an instant that is kept as a text. */
export function isLeaseHeld(leaseUntil: number, nowMs: number): boolean {
  return leaseUntil > nowMs && leaseUntil <= nowMs + FARTHEST_LEASE_MS;
}
