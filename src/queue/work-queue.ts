import type { StoreTransaction } from "../store/index.ts";

/** A mere wake-up: somebody should try to claim this execution. Losing one delays, never strands; one that comes twice is harmless. */
export interface WakeUp {
  readonly executionId: string;
  /** Higher goes first. */
  readonly priority: number;
}

/** Takes a wake-up. A promise resolves when there is room for more; it must not reject. */
export type WakeUpHandler = (wakeUp: WakeUp) => void | Promise<void>;

/** Carries wake-ups to the processes that work. */
export interface WorkQueue {
  /** Does a wake-up reach the workers of every process? Where not, others have to look for work whenever something was committed. */
  readonly reachesEveryProcess: boolean;
  /** Sends with the transaction: nothing is sent when it rolls back. */
  send(transaction: StoreTransaction, wakeUp: WakeUp): Promise<void>;
  /** Calls back for each wake-up that comes to this process. The handler must not throw. */
  listen(handler: WakeUpHandler): Promise<void>;
  /** No callback comes after this resolved. Sending goes on. */
  stop(): Promise<void>;
  /** Lets go of what it holds, after {@link stop}; nothing can be sent any more. Any number of calls. */
  close(): Promise<void>;
}
