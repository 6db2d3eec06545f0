import type BetterSqlite3 from "better-sqlite3";

/**
 * A write of others that locks no execution, as it comes between two reads of one transaction where each statement reads what has committed
 * by then: who pressed the button that decided is noted.
 */
const NOTES_USE = `UPDATE decision_tokens SET used_at = created_at,
  used_by = (SELECT resolved_by FROM approval_queue WHERE id = approval_id), used_by_name = 'Somebody between two reads'
  WHERE used_at IS NULL AND token_hash IN (
    SELECT min(token_hash) FROM decision_tokens t JOIN approval_queue a ON a.id = t.approval_id
    WHERE a.resolved_via = 'chat' AND NOT EXISTS (
      SELECT 1 FROM decision_tokens other WHERE other.approval_id = a.id AND other.used_at IS NOT NULL)
    GROUP BY a.id)`;

/** After which statements somebody may come between: reads of what a message is made from, which lock nothing but the execution. */
export function mayInterlope(sql: string, database: BetterSqlite3.Database): boolean {
  return database.inTransaction && sql.startsWith('select * from "approval_queue" where "execution_id" = ?');
}

export function interlope(database: BetterSqlite3.Database): void {
  database.exec(NOTES_USE);
}
