import { sql } from "kysely";
import { isPending } from "../is-open.ts";
import type { ApprovalStatus } from "../states.ts";
import type { Store } from "../store.ts";
import type { ApprovalRow } from "./approvals.ts";
import type { ListPlace } from "./execution-pages.ts";
import { isOlderThan } from "./execution-pages.ts";

/** Which requests. */
export interface ApprovalPageFilter {
  readonly handName?: string | undefined;
  readonly executionId?: string | undefined;
  readonly statuses?: readonly ApprovalStatus[] | undefined;
}

/** Requests after a place, newest first. What is past its expiry is listed as it is stored, swept or not. */
export async function pageApprovals(
  source: Pick<Store, "db">,
  filter: ApprovalPageFilter,
  page: { readonly after: ListPlace | null; readonly limit: number },
): Promise<readonly ApprovalRow[]> {
  const { handName, executionId, statuses } = filter;
  let query = source.db.selectFrom("approval_queue").selectAll();
  if (handName !== undefined) query = query.where("hand_name", "=", handName);
  if (executionId !== undefined) query = query.where("execution_id", "=", executionId);
  if (statuses !== undefined) query = query.where("status", "in", [...statuses]);
  const { after } = page;
  if (after !== null) query = query.where(isOlderThan(after));
  return await query.orderBy("created_at", "desc").orderBy("id", "desc").limit(page.limit).execute();
}

/** How many requests can still be answered, and when the oldest was made. */
export async function countPendingApprovals(
  source: Pick<Store, "db">,
  nowMs: number,
): Promise<{ readonly count: number; readonly oldestAt: number | null }> {
  const row = await source.db
    .selectFrom("approval_queue")
    .select([
      sql<number | string>`count(*)`.as("count"),
      sql<number | string | null>`min(created_at)`.as("oldest"),
    ])
    .where(isPending)
    .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", nowMs)]))
    .executeTakeFirst();
  return { count: Number(row?.count ?? 0), oldestAt: row?.oldest == null ? null : Number(row.oldest) };
}

/** Which of these executions something from outside has entered. */
export async function listUntrusted(
  source: Pick<Store, "db">,
  executionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (executionIds.length === 0) return new Set();
  const rows = await source.db
    .selectFrom("hand_executions")
    .select("id")
    .where("id", "in", [...new Set(executionIds)])
    .where("is_untrusted", "=", 1)
    .execute();
  return new Set(rows.map(({ id }) => id));
}
