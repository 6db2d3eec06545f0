import type { Clock } from "../core/index.ts";
import type { ExecutionCharge, Store, StoreTransaction } from "../store/index.ts";
import { holdExecution } from "../store/index.ts";
import type { Lease } from "./lease.ts";
import { LEASE_MS, leaseLost, readClock } from "./lease.ts";

/**
 * A write of the process that has the execution: locks its row, checks the fence and renews the lease where it is not fresh, in one
 * statement, then does the work in the same transaction.
 *
 * `isProgress` tells a result from an intent: three leases lost with no result between them end the execution, and an intent
 * that crashes the process each time must not hide that. `charge` is added to the figures of the execution.
 *
 * Throws: `lease_lost` when another process took it.
 */
export async function writeFenced<T>(
  parts: { readonly store: Store; readonly clock: Clock },
  lease: Lease,
  isProgress: boolean,
  work: (transaction: StoreTransaction) => Promise<T>,
  charge?: ExecutionCharge,
): Promise<T> {
  lease.signal.throwIfAborted();
  const sentAt = readClock(parts.clock);
  const renews = !lease.isFresh || !isProgress;
  try {
    const result = await parts.store.transaction(async (transaction) => {
      const holding = holdExecution(transaction, {
        id: lease.executionId,
        fence: lease.fence,
        change: {
          ...(renews ? { lease_until: transaction.nowMs + LEASE_MS } : {}),
          ...(isProgress ? { lost_leases: 0 } : {}),
        },
        ...(charge === undefined ? {} : { charge }),
      });
      // Asked for behind it, without waiting for its answer: what another process's execution is given here is rolled back.
      const working = work(transaction);
      working.catch(() => {});
      if (await holding) return await working;
      await working.catch(() => {});
      throw leaseLost(lease.executionId);
    });
    if (renews) lease.noteRenewed(sentAt);
    return result;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "lease_lost") lease.noteLost();
    throw error;
  }
}
