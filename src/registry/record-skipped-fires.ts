import type { FireRange, Schedule } from "../schedule/index.ts";
import { cutRange } from "../schedule/index.ts";
import type { StoreTransaction } from "../store/index.ts";
import { insertSkippedExecution, notBefore } from "../store/index.ts";

/** Fires that do not run, and why. */
export interface SkippedFires {
  readonly handName: string;
  readonly reason: "missed" | "paused";
  readonly fires: FireRange;
  /** Whose fires they are, and what its intervals count from. */
  readonly schedule: Schedule;
  readonly anchorMs: number;
  /** The newest fire that was dealt with before these. */
  readonly lastFireAt: number | null;
}

/**
 * Records fires that do not run. Where the fire just before them was skipped for the same reason, its row is made to stand for these as
 * well: a hand that is paused for a month has one row of it. The caller holds the hand's state row.
 */
export async function recordSkippedFires(
  transaction: StoreTransaction,
  skipped: SkippedFires,
): Promise<void> {
  if (await extendLastRow(transaction, skipped)) return;
  if (await insertRow(transaction, skipped, skipped.fires)) return;
  // The first has its row, because the clock was set back by more than a day: so has all that had passed by then, and the rest needs one.
  const rest = cutRange(skipped, skipped.fires, await findNewestRecorded(transaction, skipped));
  if (rest !== null) await insertRow(transaction, skipped, rest);
}

async function insertRow(
  transaction: StoreTransaction,
  { handName, reason }: SkippedFires,
  fires: FireRange,
): Promise<boolean> {
  return (
    (await insertSkippedExecution(transaction, { handName, trigger: "schedule", reason, fires })) !== null
  );
}

/** The newest of these fires that a row stands for already. */
async function findNewestRecorded(
  transaction: StoreTransaction,
  { handName, fires }: SkippedFires,
): Promise<number> {
  const row = await transaction.db
    .selectFrom("hand_executions")
    .select(["scheduled_for", "coalesced_json"])
    .where("hand_name", "=", handName)
    .where("scheduled_for", ">=", fires.first)
    .where("scheduled_for", "<=", fires.last)
    .orderBy("scheduled_for", "desc")
    .limit(1)
    .executeTakeFirst();
  return readRange(row?.coalesced_json ?? null)?.last ?? row?.scheduled_for ?? fires.first;
}

async function extendLastRow(
  transaction: StoreTransaction,
  { handName, reason, fires, lastFireAt }: SkippedFires,
): Promise<boolean> {
  // Where the clock was set back by more than a day, these come before the last: its row cannot stand for them.
  if (lastFireAt === null || fires.first <= lastFireAt) return false;
  const last = await transaction.db
    .selectFrom("hand_executions")
    .select(["id", "outcome", "reason", "scheduled_for", "coalesced_json"])
    .where("hand_name", "=", handName)
    .where("scheduled_for", "<=", lastFireAt)
    .orderBy("scheduled_for", "desc")
    .limit(1)
    .executeTakeFirst();
  if (last === undefined || last.scheduled_for === null) return false;
  if (last.outcome !== "skipped" || last.reason !== reason) return false;
  const covered = readRange(last.coalesced_json) ?? {
    first: last.scheduled_for,
    last: last.scheduled_for,
    count: 1,
  };
  if (covered.last !== lastFireAt) return false;
  const range: FireRange = { first: covered.first, last: fires.last, count: covered.count + fires.count };
  await transaction.db
    .updateTable("hand_executions")
    .set({ coalesced_json: JSON.stringify(range), completed_at: notBefore(transaction.nowMs, "created_at") })
    .where("id", "=", last.id)
    .execute();
  transaction.notify({ kind: "execution", executionId: last.id, handName });
  return true;
}

function readRange(json: string | null): FireRange | null {
  return json === null ? null : (JSON.parse(json) as FireRange);
}
