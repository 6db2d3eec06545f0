import type { StoreTransaction } from "../store/index.ts";

/** A mere wake-up: somebody should try to claim this execution. Losing one delays, never strands. */
export interface WakeUp {
  readonly executionId: string;
  /** Higher goes first. */
  readonly priority: number;
}

/** Carries wake-ups to the processes that work. */
export interface WorkQueue {
  /** Sends with the transaction: nothing is sent when it rolls back. */
  send(transaction: StoreTransaction, wakeUp: WakeUp): Promise<void>;
  /** Calls back for each wake-up. The handler must not throw. */
  listen(handler: (wakeUp: WakeUp) => void): Promise<void>;
  /** No callback comes after this resolved. */
  stop(): Promise<void>;
}
