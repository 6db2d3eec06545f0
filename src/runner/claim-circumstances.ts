import type { ExecutionRow, HandLoad, HandStateRow, StoreTransaction } from "../store/index.ts";
import { countHandLoad, insertMissingHandStates, isAllPaused, lockHandState } from "../store/index.ts";

/** What a claim is judged by besides the execution itself. */
export interface Circumstances {
  readonly state: HandStateRow | undefined;
  readonly load: HandLoad;
  readonly isAllPaused: boolean;
}

/** Of two decisions about a hand, one is made after the other, on whatever machine. */
export async function lockCircumstances(
  transaction: StoreTransaction,
  row: Pick<ExecutionRow, "id" | "hand_name" | "created_at">,
): Promise<Circumstances> {
  const { hand_name: handName } = row;
  const [state, load, isEverythingPaused] = await Promise.all([
    lockHandState(transaction, handName),
    countHandLoad(transaction, row),
    isAllPaused(transaction),
  ]);
  if (state !== undefined || !transaction.capabilities.locksRows)
    return { state, load, isAllPaused: isEverythingPaused };
  // A row that is not there cannot be locked: it is made, and what was counted without the lock is counted again.
  await insertMissingHandStates(transaction, [handName]);
  return await lockCircumstances(transaction, row);
}
