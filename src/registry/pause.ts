import type { Store, StoreTransaction } from "../store/index.ts";
import {
  appendEvent,
  insertMissingHandStates,
  isOpen,
  releaseHeldExecutions,
  resumeClocks,
  setAllPaused,
  stopClocks,
} from "../store/index.ts";
import type { DueSchedule } from "./settle-paused-fires.ts";
import { settlePausedFires } from "./settle-paused-fires.ts";

/** Who asks for a change, and what they say about it. */
export interface OperatorNote {
  /** Default: `library`. */
  readonly by?: string;
  /** Default: none. */
  readonly note?: string | null;
}

/** Sends a wake-up for an execution with the transaction. */
export type WakeExecution = (
  transaction: StoreTransaction,
  execution: { readonly id: string; readonly priority: number },
) => Promise<void>;

/** Pauses a hand, or everything where the name is null. False where it was paused already. */
export async function pause(store: Store, handName: string | null, note: OperatorNote): Promise<boolean> {
  return await store.transaction((transaction) => pauseWithin(transaction, handName, note));
}

/** The same in a transaction of the caller's. */
export async function pauseWithin(
  transaction: StoreTransaction,
  handName: string | null,
  { by = "library", note = null }: OperatorNote,
): Promise<boolean> {
  const hasChanged =
    handName === null
      ? await setAllPaused(transaction, true)
      : await pauseOne(transaction, handName, { by, note });
  if (!hasChanged) return false;
  await stopClocks(transaction, handName);
  await appendPauseEvent(transaction, "hand.paused", handName, { by, note });
  return true;
}

/**
 * Resumes a hand, or what `pause(null)` paused; a hand that is paused by itself stays so. The fires of the paused time count as dealt with. Held
 * executions go on, and the clocks of automatic approvals.
 */
export async function resume(
  store: Store,
  handName: string | null,
  { by = "library", note = null }: OperatorNote,
  parts: { readonly due: readonly DueSchedule[]; readonly wake: WakeExecution },
): Promise<boolean> {
  return await store.transaction(async (transaction) => {
    const hasChanged =
      handName === null ? await setAllPaused(transaction, false) : await resumeOne(transaction, handName);
    if (!hasChanged) return false;
    for (const schedule of parts.due) await settlePausedFires(transaction, schedule);
    await resumeClocks(transaction, handName);
    await releaseHeld(transaction, handName, parts.wake);
    await appendPauseEvent(transaction, "hand.resumed", handName, { by, note });
    return true;
  });
}

/** Lets a hand's held executions, or all, try again. */
export async function releaseHeld(
  transaction: StoreTransaction,
  handName: string | null,
  wake: WakeExecution,
): Promise<void> {
  for (const row of await releaseHeldExecutions(transaction, handName)) {
    await wake(transaction, row);
    transaction.notify({ kind: "execution", executionId: row.id, handName: row.hand_name });
  }
}

/** What waited for one of these hands to be there, healthy and enabled goes on. */
export async function releaseHeldOf(
  store: Store,
  names: ReadonlySet<string>,
  wake: WakeExecution,
): Promise<void> {
  const held = await store.db
    .selectFrom("hand_executions")
    .select("hand_name")
    .distinct()
    .where(isOpen)
    .where("status", "=", "queued")
    .where("reason", "is not", null)
    .execute();
  for (const { hand_name } of held) {
    if (names.has(hand_name))
      await store.transaction((transaction) => releaseHeld(transaction, hand_name, wake));
  }
}

async function pauseOne(
  transaction: StoreTransaction,
  handName: string,
  { by, note }: Required<OperatorNote>,
): Promise<boolean> {
  await insertMissingHandStates(transaction, [handName]);
  const result = await transaction.db
    .updateTable("hand_states")
    .set({ is_paused: 1, paused_at: transaction.nowMs, paused_by: by, pause_note: note })
    .where("hand_name", "=", handName)
    .where("is_paused", "=", 0)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

async function resumeOne(transaction: StoreTransaction, handName: string): Promise<boolean> {
  const result = await transaction.db
    .updateTable("hand_states")
    .set({ is_paused: 0, paused_at: null, paused_by: null, pause_note: null })
    .where("hand_name", "=", handName)
    .where("is_paused", "=", 1)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** An event without a hand's name is about everything. */
async function appendPauseEvent(
  transaction: StoreTransaction,
  type: string,
  handName: string | null,
  data: Required<OperatorNote>,
): Promise<void> {
  await appendEvent(transaction, {
    type,
    handName,
    data: { ...data, isAll: handName === null },
    isAudited: true,
  });
  if (handName !== null) transaction.notify({ kind: "hand", handName });
}
