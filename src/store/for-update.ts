import type { SelectQueryBuilder } from "kysely";
import type { StoreTransaction } from "./store.ts";

/**
 * The query with its rows locked until the transaction ends, where the database needs it to (`capabilities.locksRows`).
 * Lock an execution before its approvals, everywhere, or two deciders may wait for each other.
 */
export function forUpdate<DB, TB extends keyof DB, O>(
  transaction: StoreTransaction,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return transaction.capabilities.locksRows ? query.forUpdate() : query;
}
