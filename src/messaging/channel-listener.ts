import type { HandleTap, RequestChannel } from "../channels/index.ts";
import type { Clock, Logger } from "../core/index.ts";
import { describeError, HandsError } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { changeRuntimeValue, isLeaseHeld, readRuntimeValue } from "../store/index.ts";

/** For how long a process has a channel to itself, and how often it says that it is still there. */
const LEASE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;

/** The pause after a listener failed grows from the one to the other. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Whoever listened so long had no trouble worth waiting for. */
const STEADY_MS = 60_000;

/** What a listener works with. */
export interface ListenerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nodeId: string;
  readonly channel: string;
  readonly listen: NonNullable<RequestChannel["listen"]>;
  readonly handle: HandleTap;
}

/**
 * Waits for taps of one channel. Of all processes over one store only one does, because platforms refuse two; when it is gone, another
 * follows within half a minute. A listener that fails is started again, later each time.
 */
export class ChannelListener {
  readonly #parts: ListenerParts;
  readonly #stop = new AbortController();
  #work: Promise<void> | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(parts: ListenerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#work ??= this.#keepListening();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new HandsError("stopping", "the process is stopping"));
    await this.#work;
  }

  async #keepListening(): Promise<void> {
    const { clock, channel, logger } = this.#parts;
    while (!this.#stop.signal.aborted) {
      let pauseMs = RENEW_EVERY_MS;
      try {
        const isTaken = await this.#takeLease();
        if (this.#stop.signal.aborted) break;
        if (isTaken) pauseMs = await this.#listenUnderLease();
      } catch (error) {
        if (this.#stop.signal.aborted) break;
        logger.warn(`could not look who listens to ${channel}`, { error: describeError(error) });
      }
      await clock.sleep(pauseMs, this.#stop.signal).catch(() => {});
    }
    await this.#releaseLease().catch((error: unknown) => {
      logger.warn(`could not say that nobody listens to ${channel} here any more`, {
        error: describeError(error),
      });
    });
  }

  /** Gives how long to wait before the next try. */
  async #listenUnderLease(): Promise<number> {
    const { clock, channel, logger, listen, handle } = this.#parts;
    const lost = new AbortController();
    const over = new AbortController();
    const renewing = this.#keepLease(lost, over.signal);
    const startedAt = clock.monotonicMs();
    const signal = AbortSignal.any([this.#stop.signal, lost.signal]);
    try {
      await listen(handle, signal);
      if (!signal.aborted) throw new HandsError("delivery_failed", "it ended by itself");
    } catch (error) {
      if (!signal.aborted) {
        logger.warn(`listening to ${channel} failed; it is tried again`, {
          error: describeError(error),
          pauseMs: this.#pauseMs,
        });
      }
    } finally {
      over.abort();
      await renewing;
    }
    if (lost.signal.aborted) return RENEW_EVERY_MS;
    if (clock.monotonicMs() - startedAt >= STEADY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    return pauseMs;
  }

  async #keepLease(lost: AbortController, over: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    let heldUntil = clock.monotonicMs() + LEASE_MS;
    while (!over.aborted) {
      await clock.sleep(RENEW_EVERY_MS, over).catch(() => {});
      if (over.aborted) return;
      const askedAt = clock.monotonicMs();
      const isHeld = await this.#takeLease().catch(() => null);
      if (isHeld === true) heldUntil = askedAt + LEASE_MS;
      // A store that does not answer for a while is no reason to fall silent; one that gave the lease away is.
      if (isHeld === false || clock.monotonicMs() >= heldUntil) {
        lost.abort(new HandsError("lease_lost", "another process listens now"));
        return;
      }
    }
  }

  /** Takes the lease, or renews it. False where another process has it. */
  async #takeLease(): Promise<boolean> {
    const { store, nodeId } = this.#parts;
    return await store.transaction(async (transaction) => {
      const before = await readRuntimeValue(transaction, this.#key);
      const { owner, until } = parseLease(before);
      if (owner !== nodeId && isLeaseHeld(until, transaction.nowMs)) return false;
      return await changeRuntimeValue(
        transaction,
        this.#key,
        before,
        `${nodeId} ${transaction.nowMs + LEASE_MS}`,
      );
    });
  }

  async #releaseLease(): Promise<void> {
    const { store, nodeId } = this.#parts;
    const known = parseLease(await readRuntimeValue(store, this.#key));
    if (known.owner !== nodeId) return;
    await store.transaction(async (transaction) => {
      const before = await readRuntimeValue(transaction, this.#key);
      if (parseLease(before).owner === nodeId)
        await changeRuntimeValue(transaction, this.#key, before, `${nodeId} 0`);
    });
  }

  get #key(): string {
    return `listener:${this.#parts.channel}`;
  }
}

function parseLease(value: string | null): { readonly owner: string; readonly until: number } {
  const [owner = "", until = "0"] = (value ?? "").split(" ");
  return { owner, until: Number(until) };
}
