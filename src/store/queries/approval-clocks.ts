import type { SelectQueryBuilder } from "kysely";
import { sql } from "kysely";
import { isPending } from "../is-open.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { Store, StoreTransaction } from "../store.ts";
import type { Database } from "../tables.ts";
import type { ApprovalRow } from "./approvals.ts";

/** The key in `runtime_state` under which the whole project is paused: `"1"`. */
export const PAUSED_ALL_KEY = "paused_all";

type Pending = SelectQueryBuilder<Database, "approval_queue", object>;

/** Is this hand paused, by itself or with the whole project? */
export async function isHandPaused(
  source: Pick<Store | StoreTransaction, "db">,
  handName: string,
): Promise<boolean> {
  if (await isProjectPaused(source)) return true;
  const state = await source.db
    .selectFrom("hand_states")
    .select("is_paused")
    .where("hand_name", "=", handName)
    .executeTakeFirst();
  return state?.is_paused === 1;
}

/** Pending requests whose expiry has come. */
export async function findExpired(source: Pick<Store, "db">, nowMs: number): Promise<readonly ApprovalRow[]> {
  return await source.db
    .selectFrom("approval_queue")
    .selectAll()
    .where(isPending)
    .where("kind", "=", "approval")
    .where("expires_at", "<=", nowMs)
    .orderBy("expires_at")
    .execute();
}

/** Pending requests whose automatic approval is due, of hands that are not paused. */
export async function findAutoApprovable(
  source: Pick<Store, "db">,
  nowMs: number,
): Promise<readonly ApprovalRow[]> {
  if (await isProjectPaused(source)) return [];
  return await withRunningClock(source.db.selectFrom("approval_queue"))
    .selectAll()
    .where("auto_approve_at", "<=", nowMs)
    .orderBy("auto_approve_at")
    .execute();
}

/** The earliest instant after `nowMs` at which a pending request expires or approves itself, or null. */
export async function findNextDeadline(source: Pick<Store, "db">, nowMs: number): Promise<number | null> {
  const [expiry] = (await selectNextExpiry(source, { nowMs })).rows;
  const [approval] = (await isProjectPaused(source))
    ? []
    : (await selectNextAutoApproval(source, { nowMs })).rows;
  const instants = [expiry?.at, approval?.at].flatMap((at) =>
    at === null || at === undefined ? [] : [Number(at)],
  );
  return instants.length === 0 ? null : Math.min(...instants);
}

/** The first by the index of expiries: the least of them all would be looked for among all that are pending. */
const selectNextExpiry = prepareQuery(({ db }: Pick<Store, "db">, { nowMs }: { readonly nowMs: number }) =>
  db
    .selectFrom("approval_queue")
    .select("expires_at as at")
    .where(isPending)
    .where("kind", "=", "approval")
    .where("expires_at", ">", nowMs)
    .orderBy("expires_at")
    .limit(1),
);

const selectNextAutoApproval = prepareQuery(
  ({ db }: Pick<Store, "db">, { nowMs }: { readonly nowMs: number }) =>
    withRunningClock(db.selectFrom("approval_queue"))
      .select("auto_approve_at as at")
      .where("auto_approve_at", ">", nowMs)
      .orderBy("auto_approve_at")
      .limit(1),
);

/** Starts the clocks of all pending automatic approvals anew, those of paused hands standing still. Returns how many. */
export async function restartAutoApproveDelays(transaction: StoreTransaction): Promise<number> {
  const moved = await transaction.db
    .updateTable("approval_queue")
    .set({
      auto_approve_at: sql<number>`${transaction.nowMs} + auto_approve_after_ms`,
      clock_stopped_at: sql<
        number | null
      >`case when clock_stopped_at is null then null else cast(${transaction.nowMs} as bigint) end`,
    })
    .where(isPending)
    .where("auto_approve_at", "is not", null)
    .where("auto_approve_after_ms", "is not", null)
    .returning(["id", "execution_id"])
    .execute();
  return notifyOfEach(transaction, moved);
}

/** Starts the clock of one request, once. False where it has none, runs already, or the request is no longer pending. */
export async function setAutoApproveStart(
  transaction: StoreTransaction,
  id: string,
  isPaused: boolean,
): Promise<boolean> {
  const result = await transaction.db
    .updateTable("approval_queue")
    .set({
      auto_approve_at: sql<number>`${transaction.nowMs} + auto_approve_after_ms`,
      clock_stopped_at: isPaused ? transaction.nowMs : null,
    })
    .where("id", "=", id)
    .where(isPending)
    .where("auto_approve_at", "is", null)
    .where("auto_approve_after_ms", "is not", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Makes the running clocks of a hand, or of all, stand still from now on. Returns how many. */
export async function stopClocks(transaction: StoreTransaction, handName: string | null): Promise<number> {
  let query = transaction.db
    .updateTable("approval_queue")
    .set({ clock_stopped_at: transaction.nowMs })
    .where(isPending)
    .where("auto_approve_at", "is not", null)
    .where("clock_stopped_at", "is", null);
  if (handName !== null) query = query.where("hand_name", "=", handName);
  return Number((await query.executeTakeFirst()).numUpdatedRows);
}

/** Lets the clocks of a hand, or of all, go on where neither the hand nor the project is paused any more. Returns how many. */
export async function resumeClocks(transaction: StoreTransaction, handName: string | null): Promise<number> {
  if (await isProjectPaused(transaction)) return 0;
  let query = transaction.db
    .updateTable("approval_queue")
    .set({
      auto_approve_at: sql<number>`auto_approve_at + ${transaction.nowMs} - clock_stopped_at`,
      clock_stopped_at: null,
    })
    .where(isPending)
    .where("clock_stopped_at", "is not", null)
    .where("hand_name", "not in", (select) =>
      select.selectFrom("hand_states").select("hand_states.hand_name").where("is_paused", "=", 1),
    );
  if (handName !== null) query = query.where("hand_name", "=", handName);
  return notifyOfEach(transaction, await query.returning(["id", "execution_id"]).execute());
}

/** When a request approves itself is shown to people. */
function notifyOfEach(
  transaction: StoreTransaction,
  moved: readonly Pick<ApprovalRow, "id" | "execution_id">[],
): number {
  for (const row of moved) {
    transaction.notify({ kind: "approval", approvalId: row.id, executionId: row.execution_id });
  }
  return moved.length;
}

async function isProjectPaused(source: Pick<Store | StoreTransaction, "db">): Promise<boolean> {
  const row = await source.db
    .selectFrom("runtime_state")
    .select("value")
    .where("key", "=", PAUSED_ALL_KEY)
    .executeTakeFirst();
  return row?.value === "1";
}

function withRunningClock(query: Pending): Pending {
  return query
    .where(isPending)
    .where("kind", "=", "approval")
    .where("clock_stopped_at", "is", null)
    .where("hand_name", "not in", (select) =>
      select.selectFrom("hand_states").select("hand_states.hand_name").where("is_paused", "=", 1),
    );
}

/** Leaves a pending request to humans alone: it approves itself no more, and expires at `expiresAt` where nothing said when. */
export async function removeAutoApproval(
  transaction: StoreTransaction,
  id: string,
  change: { readonly contextJson: string; readonly expiresAt: number },
): Promise<boolean> {
  const result = await transaction.db
    .updateTable("approval_queue")
    .set({
      auto_approve_at: null,
      auto_approve_after_ms: null,
      clock_stopped_at: null,
      context_json: change.contextJson,
      expires_at: sql<number>`coalesce(expires_at, cast(${change.expiresAt} as bigint))`,
    })
    .where("id", "=", id)
    .where(isPending)
    .where("auto_approve_after_ms", "is not", null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
