import type { SqlBool } from "kysely";
import { sql } from "kysely";

/**
 * Has an execution not ended yet? To be asked besides for the status that is wanted: the indexes of open executions hold no others, and a
 * database takes them only where it reads their very condition. For queries, and queries within others, whose one table with a
 * `status` is `hand_executions`.
 */
export const isOpen = sql<SqlBool>`status <> 'ended'`;

/** The same of requests for a decision: is one still waiting? */
export const isPending = sql<SqlBool>`status = 'pending'`;
