import type { HandStateRow, StoreTransaction } from "../store/index.ts";
import { insertMissingHandStates, lockHandState } from "../store/index.ts";

/** Of two decisions about a hand, one is made after the other, on whatever machine. A row that is not there cannot be locked, so it is made. */
export async function lockState(
  transaction: StoreTransaction,
  handName: string,
): Promise<HandStateRow | undefined> {
  const state = await lockHandState(transaction, handName);
  if (state !== undefined || !transaction.capabilities.locksRows) return state;
  await insertMissingHandStates(transaction, [handName]);
  return await lockHandState(transaction, handName);
}
