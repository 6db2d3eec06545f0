import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { ApprovalRow, Store, StoreChange } from "../store/index.ts";
import { findAutoApprovable, findExpired, findNextDeadline } from "../store/index.ts";
import { AliveStamp } from "./alive-stamp.ts";
import { autoApprove, expireApproval } from "./due-approvals.ts";
import type { OnExpired, Wake } from "./resolve-approval.ts";

/** Milliseconds between two signs of life. */
const SWEEP_EVERY_MS = 1000;

/** What a sweeper works with. */
export interface ApprovalSweeperParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wake: Wake;
  readonly onExpired?: OnExpired;
  /** The operator's word on each automatic approval, asked right before it. */
  readonly isAutoApproveAllowed: (row: ApprovalRow) => boolean;
}

/** What one sweep did. */
export interface SweepReport {
  readonly expired: number;
  readonly autoApproved: number;
  /** How many delays began anew because nobody was there to be asked. */
  readonly restarted: number;
}

/** Lets time decide what humans did not: expires requests, and approves those whose gates allow it. */
export interface ApprovalSweeper extends AsyncDisposable {
  /** Resolves after the first sweep; from then on one follows every second, and at each deadline. Throws what the first sweep throws. */
  start(): Promise<void>;
  /** Resolves when no sweep is under way and none will be. */
  stop(): Promise<void>;
  /** One sweep, now by the store's clock. Any number of processes may sweep one store. */
  sweepOnce(): Promise<SweepReport>;
  /** The earliest instant still to come at which something is due, or null. */
  nextDeadline(): Promise<number | null>;
}

export function createApprovalSweeper(parts: ApprovalSweeperParts): ApprovalSweeper {
  return new Sweeper(parts);
}

class Sweeper implements ApprovalSweeper {
  readonly #parts: ApprovalSweeperParts;
  readonly #stamp: AliveStamp;
  #state: "new" | "started" | "stopped" = "new";
  #timer: ClockTimer | undefined;
  /** By the monotonic clock: when the next sweep is due, whatever happens. */
  #nextSweepAt = 0;
  #work: Promise<void> = Promise.resolve();
  #isLookingUp = false;
  #stopListening: (() => void) | undefined;

  constructor(parts: ApprovalSweeperParts) {
    this.#parts = parts;
    this.#stamp = new AliveStamp(parts.store, parts.clock);
  }

  async start(): Promise<void> {
    if (this.#state !== "new") return;
    this.#state = "started";
    this.#stopListening = this.#parts.store.onChange((change) => this.#noteChange(change));
    const first = this.sweepOnce().then(() => this.#arm());
    this.#work = first.catch(() => {});
    await first;
  }

  async stop(): Promise<void> {
    this.#state = "stopped";
    this.#stopListening?.();
    this.#timer?.cancel();
    await this.#work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async sweepOnce(): Promise<SweepReport> {
    const { store, logger, wake, onExpired } = this.#parts;
    this.#nextSweepAt = this.#parts.clock.monotonicMs() + SWEEP_EVERY_MS;
    // Before anything is approved: after a gap no delay is over.
    const { gapMs, restarted } = await this.#stamp.stamp();
    if (restarted > 0) logger.warn("Nobody was there to be asked: delays begin anew", { gapMs, restarted });
    const nowMs = store.nowMs();
    const expired = await this.#resolveEach(await findExpired(store, nowMs), (row) =>
      expireApproval(store, row.id, wake, onExpired),
    );
    const conditions = { stamp: this.#stamp, isAllowed: this.#parts.isAutoApproveAllowed };
    const autoApproved = await this.#resolveEach(await findAutoApprovable(store, nowMs), (row) =>
      autoApprove(store, row.id, conditions, wake, onExpired),
    );
    return { expired, autoApproved, restarted };
  }

  async nextDeadline(): Promise<number | null> {
    return await findNextDeadline(this.#parts.store, this.#parts.store.nowMs());
  }

  /** One that cannot be resolved never holds up the others. */
  async #resolveEach(
    rows: readonly ApprovalRow[],
    resolve: (row: ApprovalRow) => Promise<boolean>,
  ): Promise<number> {
    let count = 0;
    for (const row of rows) {
      try {
        if (await resolve(row)) count += 1;
      } catch (error) {
        const fields = { approvalId: row.id, error: describeError(error) };
        this.#parts.logger.error("A request that is due could not be resolved; it is tried again", fields);
      }
    }
    return count;
  }

  /** A new request may be due before the next sweep, and one whose delay goes on after a pause. */
  #noteChange({ topics }: StoreChange): void {
    if (topics !== null && !topics.some(({ kind }) => kind === "approval")) return;
    if (this.#state !== "started" || this.#isLookingUp) return;
    this.#isLookingUp = true;
    this.#work = this.#work
      .then(() => {
        this.#isLookingUp = false;
        return this.#arm();
      })
      .catch((error: unknown) => this.#logFailure(error));
  }

  async #arm(): Promise<void> {
    const deadline = await this.nextDeadline();
    if (this.#state !== "started") return;
    const untilSweepMs = this.#nextSweepAt - this.#parts.clock.monotonicMs();
    const untilDeadlineMs = deadline === null ? untilSweepMs : deadline - this.#parts.store.nowMs();
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.setTimer(Math.max(0, Math.min(untilSweepMs, untilDeadlineMs)), () =>
      this.#tick(),
    );
  }

  #tick(): void {
    this.#work = this.#work
      .then(async () => {
        if (this.#state === "started") await this.sweepOnce();
      })
      .catch((error: unknown) => this.#logFailure(error))
      .then(() => this.#arm())
      .catch((error: unknown) => this.#retryLater(error));
  }

  #retryLater(error: unknown): void {
    this.#logFailure(error);
    if (this.#state !== "started") return;
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.setTimer(SWEEP_EVERY_MS, () => this.#tick());
  }

  #logFailure(error: unknown): void {
    this.#parts.logger.error("Sweeping the approvals failed; it is tried again", {
      error: describeError(error),
    });
  }
}
