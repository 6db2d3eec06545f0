import type { Kysely } from "kysely";
import { hasLeasePassed } from "../has-lease-passed.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { Database } from "../tables.ts";
import { isAttemptDue } from "./sending-delays.ts";

/** The tables whose rows are on their way through a channel, and are tried again until they are there. */
export type SendingTable = "deliveries" | "request_messages" | "notices";

/** Any of them, by the columns that they share. */
function rowsOf(source: { readonly db: Kysely<Database> }, table: SendingTable) {
  return { db: source.db, table: table as "deliveries" };
}

/** A query of each of the tables. */
function forEachTable<T>(create: (table: SendingTable) => T): Readonly<Record<SendingTable, T>> {
  return {
    deliveries: create("deliveries"),
    request_messages: create("request_messages"),
    notices: create("notices"),
  };
}

/** Rows that may be tried now, the longest due first; those that a dead process was sending among them. */
export async function findDueSendings(
  source: Pick<Store, "db">,
  table: SendingTable,
  nowMs: number,
  limit: number,
): Promise<readonly { readonly id: string }[]> {
  return (await selectDue[table](source, { nowMs, limit })).rows;
}

/** The same of one execution, all of them. */
export async function findDueSendingsOf(
  source: Pick<Store, "db">,
  table: SendingTable,
  nowMs: number,
  executionId: string,
): Promise<readonly { readonly id: string }[]> {
  return (await selectDueOf[table](source, { nowMs, executionId })).rows;
}

const selectDue = forEachTable((table) =>
  prepareQuery(
    (source: Pick<Store, "db">, { nowMs, limit }: { readonly nowMs: number; readonly limit: number }) =>
      selectDueFrom(source, table, nowMs).orderBy("next_attempt_at").orderBy("id").limit(limit),
  ),
);

const selectDueOf = forEachTable((table) =>
  prepareQuery(
    (
      source: Pick<Store, "db">,
      { nowMs, executionId }: { readonly nowMs: number; readonly executionId: string },
    ) => selectDueFrom(source, table, nowMs).where("execution_id", "=", executionId),
  ),
);

function selectDueFrom(source: Pick<Store, "db">, table: SendingTable, nowMs: number) {
  const rows = rowsOf(source, table);
  return rows.db
    .selectFrom(rows.table)
    .select("id")
    .where((builder) =>
      builder.or([
        isAttemptDue(builder, table, nowMs),
        builder.and([builder("status", "=", "sending"), hasLeasePassed(nowMs)]),
      ]),
    );
}

/** The instant at which the next row wants an attempt, or null. */
export async function findNextSending(
  source: Pick<Store, "db">,
  table: SendingTable,
): Promise<number | null> {
  const [row] = (await selectNext[table](source, {})).rows;
  const instants = [row?.waiting, row?.sending].filter((instant) => typeof instant === "number");
  return instants.length === 0 ? null : Math.min(...instants);
}

const selectNext = forEachTable((table) =>
  prepareQuery((source: Pick<Store, "db">, _none: object) => {
    const rows = rowsOf(source, table);
    return rows.db
      .selectFrom(rows.table)
      .select((builder) => [
        builder.fn.min("next_attempt_at").filterWhere("status", "in", ["pending", "retrying"]).as("waiting"),
        builder.fn.min("lease_until").filterWhere("status", "=", "sending").as("sending"),
      ])
      .where("status", "in", ["pending", "retrying", "sending"]);
  }),
);

/** Takes a row for one attempt; false where somebody else has it or it is done. */
export async function claimSending(
  transaction: StoreTransaction,
  table: SendingTable,
  id: string,
  lease: { readonly nodeId: string; readonly until: number },
): Promise<boolean> {
  const rows = rowsOf(transaction, table);
  const claimed = await rows.db
    .updateTable(rows.table)
    .set((builder) => ({
      status: "sending",
      attempts: builder("attempts", "+", 1),
      lease_owner: lease.nodeId,
      lease_until: lease.until,
    }))
    .where("id", "=", id)
    .where((builder) =>
      builder.or([
        isAttemptDue(builder, table, transaction.nowMs),
        builder.and([builder("status", "=", "sending"), hasLeasePassed(transaction.nowMs)]),
      ]),
    )
    .executeTakeFirst();
  return claimed.numUpdatedRows === 1n;
}

/** What an attempt came to. */
export interface SendingOutcome {
  readonly status: "delivered" | "retrying" | "failed";
  readonly error: string | null;
  readonly nextAttemptAt: number | null;
}

/** Writes down what an attempt came to; false where another process has taken the row meanwhile. */
export async function recordSending(
  transaction: StoreTransaction,
  table: SendingTable,
  row: { readonly id: string; readonly attempts: number },
  outcome: SendingOutcome,
): Promise<boolean> {
  const rows = rowsOf(transaction, table);
  const recorded = await rows.db
    .updateTable(rows.table)
    .set({
      status: outcome.status,
      error: outcome.error,
      next_attempt_at: outcome.nextAttemptAt,
      lease_owner: null,
      lease_until: null,
    })
    .where("id", "=", row.id)
    .where("status", "=", "sending")
    .where("attempts", "=", row.attempts)
    .executeTakeFirst();
  return recorded.numUpdatedRows === 1n;
}
