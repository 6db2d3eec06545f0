import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import type { Lease } from "./lease.ts";
import { EFFECT_MARGIN_MS, LEASE_MS, RENEW_EVERY_MS, readClock } from "./lease.ts";

/** Renews the leases of this process that nothing else renewed, in one statement a second, for as long as there are any. */
export class LeaseKeeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #nodeId: string;
  readonly #leases = new Map<string, Lease>();
  #timer: ClockTimer | undefined;
  #renewal: Promise<void> | undefined;

  constructor(parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly nodeId: string;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#nodeId = parts.nodeId;
  }

  add(lease: Lease): void {
    this.#leases.set(lease.executionId, lease);
    this.#schedule();
  }

  remove(lease: Lease): void {
    if (this.#leases.get(lease.executionId) === lease) this.#leases.delete(lease.executionId);
    if (this.#leases.size === 0) {
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  /** Makes sure that enough of the lease is left for an effect, renewing it where not. Throws: `lease_lost`. */
  async ensureMargin(lease: Lease): Promise<void> {
    lease.signal.throwIfAborted();
    if (lease.remainingMs >= EFFECT_MARGIN_MS) return;
    await this.#renew();
    lease.signal.throwIfAborted();
    if (lease.remainingMs >= EFFECT_MARGIN_MS) return;
    lease.noteLost();
    lease.signal.throwIfAborted();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#leases.size === 0) return;
    this.#timer = this.#clock.setTimer(RENEW_EVERY_MS, () => {
      this.#timer = undefined;
      void this.#renew().finally(() => this.#schedule());
    });
  }

  /** One renewal at a time: who asks while one is under way waits for it and for one more that began after asking. */
  async #renew(): Promise<void> {
    while (this.#renewal !== undefined) await this.#renewal;
    this.#renewal = this.#renewAll().finally(() => {
      this.#renewal = undefined;
    });
    await this.#renewal;
  }

  async #renewAll(): Promise<void> {
    // A statement that waits for one row holds up the writes of all that it has locked already: the fewer rows the better.
    const asked = [...this.#leases.values()].filter((lease) => !lease.isFresh);
    if (asked.length === 0) return;
    const sentAt = readClock(this.#clock);
    try {
      const rows = await this.#store.transaction((transaction) =>
        transaction.db
          .updateTable("hand_executions")
          .set({ lease_until: transaction.nowMs + LEASE_MS })
          .where(
            "id",
            "in",
            asked.map(({ executionId }) => executionId),
          )
          .where("lease_owner", "=", this.#nodeId)
          .where("status", "=", "running")
          .returning(["id", "fence"])
          .execute(),
      );
      const held = new Map(rows.map((row) => [row.id, row.fence]));
      for (const lease of asked) {
        // A run that parked or ended meanwhile has left the list, and is not lost.
        if (this.#leases.get(lease.executionId) !== lease) continue;
        if (held.get(lease.executionId) === lease.fence) lease.noteRenewed(sentAt);
        else lease.noteLost();
      }
    } catch (error) {
      this.#logger.warn("could not renew leases; trying again", { error: describeError(error) });
      for (const lease of asked) if (lease.remainingMs <= 0) lease.noteLost();
    }
  }
}
