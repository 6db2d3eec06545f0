import type { RawBuilder } from "kysely";
import { sql } from "kysely";

/**
 * The instant for a column of a row: the one that is given, or that of another column where the clock was set back since. Time never runs
 * backwards in a record. A column that is null does not count.
 */
export function notBefore(atMs: number, ...columns: readonly string[]): RawBuilder<number> {
  return columns.reduce(
    (at, column) => sql<number>`case when ${sql.ref(column)} > ${at} then ${sql.ref(column)} else ${at} end`,
    sql<number>`cast(${atMs} as bigint)`,
  );
}
