import type { Insertable, Selectable, Updateable } from "kysely";
import type { MessageStatus } from "../states.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { RequestMessagesTable } from "../tables.ts";

/** A row of `request_messages`. */
export type RequestMessageRow = Selectable<RequestMessagesTable>;

export async function insertRequestMessage(
  transaction: StoreTransaction,
  row: Insertable<RequestMessagesTable>,
): Promise<void> {
  await transaction.db.insertInto("request_messages").values(row).execute();
}

export async function findRequestMessage(
  source: Pick<Store | StoreTransaction, "db">,
  id: string,
): Promise<RequestMessageRow | undefined> {
  return await source.db.selectFrom("request_messages").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Messages in which something may still change, of these executions. Oldest first. */
export async function listOpenMessages(
  source: Pick<Store | StoreTransaction, "db">,
  executionIds: readonly string[],
): Promise<readonly RequestMessageRow[]> {
  return await source.db
    .selectFrom("request_messages")
    .selectAll()
    .where("execution_id", "in", [...executionIds])
    .where("closed_at", "is", null)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
}

/** Executions with a message in which something may still change: among these, or all (null). */
export async function listToldExecutions(
  source: Pick<Store, "db">,
  executionIds: readonly string[] | null,
): Promise<readonly string[]> {
  let query = source.db
    .selectFrom("request_messages")
    .select("execution_id")
    .distinct()
    .where("closed_at", "is", null);
  if (executionIds !== null) query = query.where("execution_id", "in", [...executionIds]);
  return (await query.execute()).map((row) => row.execution_id);
}

/** Changes a message that is in one of these states; false where it is in another. */
export async function updateRequestMessage(
  transaction: StoreTransaction,
  id: string,
  from: readonly MessageStatus[],
  change: Updateable<RequestMessagesTable>,
): Promise<boolean> {
  const result = await transaction.db
    .updateTable("request_messages")
    .set(change)
    .where("id", "=", id)
    .where("status", "in", [...from])
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Where a request was sent, and what came of that. */
export interface RequestSending {
  readonly channel: string;
  /** Null where the channel has one place for everybody. */
  readonly recipient: string | null;
  readonly status: MessageStatus;
  /** When it reached the channel; null where it has not. */
  readonly sentAt: number | null;
  /** What went wrong last; null where nothing did. */
  readonly error: string | null;
}

/** Where requests were sent, by their ids; one that was not sent anywhere is left out. */
export async function listSendings(
  source: Pick<Store, "db">,
  approvals: readonly { readonly id: string; readonly execution_id: string | null }[],
): Promise<ReadonlyMap<string, readonly RequestSending[]>> {
  const executionIds = [...new Set(approvals.map((row) => row.execution_id).filter((id) => id !== null))];
  const found = new Map<string, RequestSending[]>();
  if (executionIds.length === 0) return found;
  const rows = await source.db
    .selectFrom("request_messages")
    .selectAll()
    .where("execution_id", "in", executionIds)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  for (const row of rows) {
    const sending: RequestSending = {
      channel: row.channel,
      recipient: row.recipient === "" ? null : row.recipient,
      status: row.status,
      sentAt: row.sent_at,
      error: row.error,
    };
    for (const id of JSON.parse(row.approval_ids_json) as readonly string[]) {
      found.set(id, [...(found.get(id) ?? []), sending]);
    }
  }
  return found;
}

/** Executions with a request that waits and may go to channels: among these, or all (null). */
export async function listAskingExecutions(
  source: Pick<Store, "db">,
  executionIds: readonly string[] | null,
): Promise<readonly string[]> {
  let query = source.db
    .selectFrom("approval_queue")
    .select("execution_id")
    .distinct()
    .where("status", "=", "pending")
    .where("withheld_at", "is", null)
    .where("execution_id", "is not", null);
  if (executionIds !== null) query = query.where("execution_id", "in", [...executionIds]);
  const rows = await query.execute();
  return rows.map((row) => row.execution_id).filter((id) => id !== null);
}

/** Every message of an execution, oldest first. */
export async function listMessagesOf(
  source: Pick<Store | StoreTransaction, "db">,
  executionId: string,
): Promise<readonly RequestMessageRow[]> {
  return await source.db
    .selectFrom("request_messages")
    .selectAll()
    .where("execution_id", "=", executionId)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
}

/** Requests whose automatic approval waits to reach a channel. */
export async function listUnstartedClocks(source: Pick<Store, "db">): Promise<readonly string[]> {
  const rows = await source.db
    .selectFrom("approval_queue")
    .select("id")
    .where("status", "=", "pending")
    .where("auto_approve_after_ms", "is not", null)
    .where("auto_approve_at", "is", null)
    .where("withheld_at", "is", null)
    .execute();
  return rows.map((row) => row.id);
}
