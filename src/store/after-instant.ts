import type { Expression } from "kysely";
import { sql } from "kysely";

/** An instant so long after another. The database adds, so that the other may be one that is only known when the query runs. */
export function afterInstant(instantMs: number, durationMs: number): Expression<number> {
  return sql<number>`cast(${instantMs} as bigint) + ${sql.lit(durationMs)}`;
}
