import { sql } from "kysely";
import { isOpen } from "../is-open.ts";
import type { Store } from "../store.ts";
import type { ExecutionRow } from "./executions.ts";

type Source = Pick<Store, "db">;

/** The newest executions of each hand, newest first: what a strip shows. Outputs are left out. */
export async function listRecentOfHands(
  source: Source,
  handNames: readonly string[],
  perHand: number,
): Promise<ReadonlyMap<string, readonly RecentExecution[]>> {
  const found = new Map<string, readonly RecentExecution[]>();
  // One look through an index for each hand: a window over all would read every row.
  for (const name of handNames) {
    const rows = await source.db
      .selectFrom("hand_executions")
      .select([...RECENT_COLUMNS])
      .where("hand_name", "=", name)
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(perHand)
      .execute();
    found.set(name, rows);
  }
  return found;
}

const RECENT_COLUMNS = [
  "id",
  "status",
  "outcome",
  "reason",
  "trigger",
  "scheduled_for",
  "created_at",
  "started_at",
  "completed_at",
  "active_ms",
  "cost_usd",
  "error",
] as const;

/** What a strip is made of. */
export type RecentExecution = Pick<ExecutionRow, (typeof RECENT_COLUMNS)[number]>;

/** What executions made since an instant used. */
export async function sumUsageSince(
  source: Source,
  since: number,
): Promise<{
  readonly costUsd: number;
  readonly unpricedCount: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}> {
  const row = await source.db
    .selectFrom("hand_executions")
    .select((select) => [
      select.fn.sum<number | string | null>("cost_usd").as("cost"),
      select.fn.sum<number | string | null>("input_tokens").as("input"),
      select.fn.sum<number | string | null>("output_tokens").as("output"),
      sql<number | string | null>`sum(case when cost_usd is null then 1 else 0 end)`.as("unpriced"),
    ])
    .where("created_at", ">=", since)
    .executeTakeFirst();
  return {
    costUsd: Number(row?.cost ?? 0),
    unpricedCount: Number(row?.unpriced ?? 0),
    inputTokens: Number(row?.input ?? 0),
    outputTokens: Number(row?.output ?? 0),
  };
}

/** The facts of a hand's executions since an instant that charts are drawn from; at most 20,000. */
export async function listFiguresOfHand(
  source: Source,
  handName: string,
  since: number,
): Promise<readonly Figures[]> {
  return await source.db
    .selectFrom("hand_executions")
    .select([
      "created_at",
      "outcome",
      "started_at",
      "completed_at",
      "input_tokens",
      "output_tokens",
      "cost_usd",
    ])
    .where("hand_name", "=", handName)
    .where("created_at", ">=", since)
    .orderBy("created_at", "desc")
    .limit(20_000)
    .execute();
}

/** One execution, as a chart needs it. */
export type Figures = Pick<
  ExecutionRow,
  "created_at" | "outcome" | "started_at" | "completed_at" | "input_tokens" | "output_tokens" | "cost_usd"
>;

/** How many executions are in each state that is not the end. */
export async function countOpenExecutions(
  source: Source,
): Promise<readonly { readonly status: string; readonly reason: string | null; readonly count: number }[]> {
  const rows = await source.db
    .selectFrom("hand_executions")
    .select((select) => ["status", "reason", select.fn.countAll<number | string>().as("count")])
    .where(isOpen)
    .groupBy(["status", "reason"])
    .execute();
  return rows.map((row) => ({ status: row.status, reason: row.reason, count: Number(row.count) }));
}

/** Executions whose scheduled instant, or else their making, lies in a span, oldest first. */
export async function listExecutionsBetween(
  source: Source,
  span: {
    readonly from: number;
    readonly to: number;
    readonly handName?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly CalendarExecution[]> {
  const select = () => {
    const query = source.db.selectFrom("hand_executions").select([...CALENDAR_COLUMNS]);
    return span.handName === undefined ? query : query.where("hand_name", "=", span.handName);
  };
  const [scheduled, others] = await Promise.all([
    select()
      .where("scheduled_for", ">=", span.from)
      .where("scheduled_for", "<", span.to)
      .orderBy("scheduled_for")
      .limit(span.limit)
      .execute(),
    select()
      .where("scheduled_for", "is", null)
      .where("created_at", ">=", span.from)
      .where("created_at", "<", span.to)
      .orderBy("created_at")
      .limit(span.limit)
      .execute(),
  ]);
  return [...scheduled, ...others];
}

const CALENDAR_COLUMNS = [...RECENT_COLUMNS, "hand_name", "coalesced_json"] as const;

/** What a calendar is made of. */
export type CalendarExecution = Pick<ExecutionRow, (typeof CALENDAR_COLUMNS)[number]>;

/** Deliveries that were not made, by status; failed ones of the last day alone. */
export async function countUnfinishedDeliveries(
  source: Pick<Store, "db" | "nowMs">,
): Promise<readonly { readonly status: string; readonly count: number }[]> {
  const rows = await source.db
    .selectFrom("deliveries")
    .select((select) => ["status", select.fn.countAll<number | string>().as("count")])
    .where((where) =>
      where.or([
        where("status", "in", ["waiting", "pending", "sending", "retrying"]),
        where.and([where("status", "=", "failed"), where("completed_at", ">=", source.nowMs() - 86_400_000)]),
      ]),
    )
    .groupBy("status")
    .execute();
  return rows.map((row) => ({ status: row.status, count: Number(row.count) }));
}
