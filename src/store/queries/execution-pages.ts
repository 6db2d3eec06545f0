import type { SelectQueryBuilder, SqlBool } from "kysely";
import { sql } from "kysely";
import { isOpen } from "../is-open.ts";
import type { ExecutionStatus, HandOutcome } from "../states.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { Database } from "../tables.ts";
import type { ExecutionRow } from "./executions.ts";

/** Which executions. Every member that is given has to fit. */
export interface ExecutionFilter {
  readonly handName?: string | undefined;
  readonly statuses?: readonly ExecutionStatus[] | undefined;
  readonly outcomes?: readonly HandOutcome[] | undefined;
  readonly trigger?: string | undefined;
  /** Made at or after this instant. */
  readonly since?: number | undefined;
  /** Made before this instant. */
  readonly until?: number | undefined;
  /** In output, error, reason or id, whatever the case; looked for among the newest 10,000 that the rest of the filter leaves. */
  readonly search?: string | undefined;
}

/** A place in a list that is sorted by instant and id, newest first. */
export interface ListPlace {
  readonly createdAt: number;
  readonly id: string;
}

/**
 * Comes a row after a place? One comparison of both columns, so that an index leads to the place: with OR between them everything newer
 * would be read first.
 */
export function isOlderThan({ createdAt, id }: ListPlace) {
  return sql<SqlBool>`(created_at, id) < (${createdAt}, ${id})`;
}

/** A text is looked for in this many rows at most, so that a search is never long. */
const MOST_SEARCHED = 10_000;

type Query<O> = SelectQueryBuilder<Database, "hand_executions", O>;
type Source = Pick<Store | StoreTransaction, "db">;

/** Executions after a place, newest first. `limit` is bounded to 1,000. */
export async function pageExecutions(
  source: Source,
  filter: ExecutionFilter,
  page: { readonly after: ListPlace | null; readonly limit: number },
): Promise<readonly ExecutionRow[]> {
  let query = applyFilter(source, source.db.selectFrom("hand_executions").selectAll(), filter);
  const { after } = page;
  if (after !== null) query = query.where(isOlderThan(after));
  return await newestFirst(query)
    .limit(Math.min(Math.max(page.limit, 1), 1000))
    .execute();
}

/** How many executions of which hands fit, counted up to 10,000 of each search. */
export async function countExecutions(
  source: Source,
  filter: ExecutionFilter,
): Promise<readonly { readonly handName: string; readonly count: number }[]> {
  const rows = await applyFilter(
    source,
    source.db
      .selectFrom("hand_executions")
      .select((select) => ["hand_name", select.fn.countAll<number | string>().as("count")]),
    filter,
  )
    .groupBy("hand_name")
    .orderBy("hand_name")
    .execute();
  return rows.map((row) => ({ handName: row.hand_name, count: Number(row.count) }));
}

function applyFilter<O>(source: Source, query: Query<O>, filter: ExecutionFilter): Query<O> {
  const plain = applyPlain(query, filter);
  const { search } = filter;
  if (search === undefined || search === "") return plain;
  const newest = newestFirst(applyPlain(source.db.selectFrom("hand_executions").select("id"), filter)).limit(
    MOST_SEARCHED,
  );
  const pattern = `%${search.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const contains = (column: "output" | "error" | "reason" | "id") =>
    sql<boolean>`lower(coalesce(${sql.ref(column)}, '')) like ${pattern} escape '\\'`;
  return plain
    .where("id", "in", newest)
    .where((where) => where.or([contains("output"), contains("error"), contains("reason"), contains("id")]));
}

function applyPlain<O>(query: Query<O>, filter: ExecutionFilter): Query<O> {
  const { handName, statuses, outcomes, trigger, since, until } = filter;
  let narrowed = query;
  if (handName !== undefined) narrowed = narrowed.where("hand_name", "=", handName);
  if (statuses !== undefined) narrowed = narrowed.where("status", "in", [...statuses]);
  if (statuses?.includes("ended") === false) narrowed = narrowed.where(isOpen);
  if (outcomes !== undefined) narrowed = narrowed.where("outcome", "in", [...outcomes]);
  if (trigger !== undefined) narrowed = narrowed.where("trigger", "=", trigger);
  if (since !== undefined) narrowed = narrowed.where("created_at", ">=", since);
  if (until !== undefined) narrowed = narrowed.where("created_at", "<", until);
  return narrowed;
}

function newestFirst<O>(query: Query<O>): Query<O> {
  return query.orderBy("created_at", "desc").orderBy("id", "desc");
}

/** The execution that an event or an idempotency key started, or undefined. */
export async function findExecutionOfEvent(
  source: Source,
  handName: string,
  eventId: string,
): Promise<ExecutionRow | undefined> {
  return await source.db
    .selectFrom("hand_executions")
    .selectAll()
    .where("hand_name", "=", handName)
    .where("event_id", "=", eventId)
    .executeTakeFirst();
}

/** Ids of executions that were started to retry this one, oldest first. */
export async function listRetriesOf(source: Source, executionId: string): Promise<readonly string[]> {
  const rows = await source.db
    .selectFrom("hand_executions")
    .select("id")
    .where("retry_of", "=", executionId)
    .orderBy("created_at")
    .execute();
  return rows.map(({ id }) => id);
}

/** The hash of a hand's version that was kept last, or null where none ran. */
export async function findNewestVersion(source: Source, handName: string): Promise<string | null> {
  const row = await source.db
    .selectFrom("hand_versions")
    .select("hash")
    .where("hand_name", "=", handName)
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.hash ?? null;
}
