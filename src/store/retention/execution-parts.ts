import { sql } from "kysely";
import type { StoreTransaction } from "../store.ts";
import { readTableShapes, withAnyTables } from "../transfer/table-shapes.ts";

/** Tables whose rows are parts of an execution, and go with it. */
export interface ExecutionParts {
  readonly byExecution: readonly string[];
  /** Parts of its requests. */
  readonly byApproval: readonly string[];
}

/** Events have a retention of their own, in the order of their chain. */
const APART = ["events", "hand_executions"];

/** Read from the schema: a table that a migration adds is here without being listed anywhere. */
export async function readExecutionParts(): Promise<ExecutionParts> {
  const shapes = (await readTableShapes()).filter(({ name }) => !APART.includes(name));
  const having = (column: string) => shapes.filter(({ columns }) => columns.includes(column));
  const byExecution = having("execution_id").map(({ name }) => name);
  const byApproval = having("approval_id")
    .map(({ name }) => name)
    .filter((name) => !byExecution.includes(name));
  return { byExecution, byApproval };
}

/** The rows of these executions in one table of parts. */
export function selectParts(
  { db }: Pick<StoreTransaction, "db">,
  parts: ExecutionParts,
  table: string,
  ids: readonly string[],
) {
  const query = withAnyTables(db).selectFrom(table);
  if (parts.byExecution.includes(table)) return query.where("execution_id", "in", [...ids]);
  return query.where("approval_id", "in", selectApprovals(ids));
}

/** Removes them; gives how many they were. */
export async function deleteParts(
  { db }: Pick<StoreTransaction, "db">,
  parts: ExecutionParts,
  table: string,
  ids: readonly string[],
): Promise<number> {
  const query = withAnyTables(db).deleteFrom(table);
  const narrowed = parts.byExecution.includes(table)
    ? query.where("execution_id", "in", [...ids])
    : query.where("approval_id", "in", selectApprovals(ids));
  return Number((await narrowed.executeTakeFirst()).numDeletedRows);
}

function selectApprovals(ids: readonly string[]) {
  return sql<string>`(select id from approval_queue where execution_id in (${sql.join([...ids])}))`;
}
