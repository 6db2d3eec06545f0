import type { Clock } from "../core/index.ts";
import type { Store, StoreTransaction } from "../store/index.ts";
import { appendEvent, lockAliveStamp, restartAutoApproveDelays, setAliveStamp } from "../store/index.ts";

/** After this long without a stamp nobody may have been there to be asked, and delays begin anew. */
const LONGEST_GAP_MS = 30_000;

/** What stamping found. */
export interface StampReport {
  /** How long nothing was alive, in milliseconds; null where it was no gap, or another process dealt with it. */
  readonly gapMs: number | null;
  /** How many delays began anew. */
  readonly restarted: number;
}

/**
 * The sign of life that all processes on a store share. The one that finds it older than 30 s, by the wall or by its own monotonic
 * clock, starts every automatic approval's delay anew, in the transaction of the new stamp.
 */
export class AliveStamp {
  readonly #store: Store;
  readonly #clock: Clock;
  #last: { readonly stampedAt: number; readonly monotonicMs: number } | undefined;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async stamp(): Promise<StampReport> {
    const monotonicMs = this.#clock.monotonicMs();
    const { report, stampedAt } = await this.#store.transaction(async (transaction) => {
      const before = await lockAliveStamp(transaction);
      const elapsedMs =
        before === null ? null : this.#calculateElapsed(before, transaction.nowMs, monotonicMs);
      const isOurs = await setAliveStamp(transaction, before);
      const isGap = elapsedMs === null || elapsedMs > LONGEST_GAP_MS;
      if (!isOurs || !isGap) return { report: { gapMs: null, restarted: 0 }, stampedAt: transaction.nowMs };
      const restarted = await restartAutoApproveDelays(transaction);
      if (restarted > 0) {
        const data = { gapMs: elapsedMs, count: restarted };
        await appendEvent(transaction, { type: "approval.delays_restarted", isAudited: true, data });
      }
      return { report: { gapMs: elapsedMs, restarted }, stampedAt: transaction.nowMs };
    });
    this.#last = { stampedAt, monotonicMs };
    return report;
  }

  /** Is the sign of life fresh within this transaction? A process that froze between two statements finds that it is not. */
  async isFresh(transaction: StoreTransaction): Promise<boolean> {
    const stampedAt = await lockAliveStamp(transaction);
    if (stampedAt === null) return false;
    return this.#calculateElapsed(stampedAt, transaction.nowMs, this.#clock.monotonicMs()) <= LONGEST_GAP_MS;
  }

  /** By the clock that moved more; the wall's, either way, since it may have been set back. Ours counts only where nobody stamped since. */
  #calculateElapsed(stampedAt: number, nowMs: number, monotonicMs: number): number {
    const byWall = Math.abs(nowMs - stampedAt);
    const byMonotonic = this.#last?.stampedAt === stampedAt ? monotonicMs - this.#last.monotonicMs : 0;
    return Math.max(byWall, byMonotonic);
  }
}
