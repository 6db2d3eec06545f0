import type { Clock, ClockTimer } from "../core/index.ts";
import { createDeferred, formatDuration, HandsError } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { findCancelRequest } from "../store/index.ts";
import type { Lease } from "./lease.ts";

/** What can end a run from outside, and what can bring news to it. */
export class RunSignals {
  readonly #store: Store;
  readonly #lease: Lease;
  readonly #stop = new AbortController();
  readonly #timer: ClockTimer;
  readonly signal: AbortSignal;
  #news = createDeferred();
  #isStopping = false;

  constructor(
    parts: { readonly store: Store; readonly clock: Clock },
    lease: Lease,
    remainingMs: number,
    timeoutMs: number,
  ) {
    this.#store = parts.store;
    this.#lease = lease;
    this.signal = AbortSignal.any([lease.signal, this.#stop.signal]);
    this.#timer = parts.clock.setTimer(Math.max(0, remainingMs), () => {
      this.#abort(new HandsError("timeout", `it ran longer than its limit of ${formatDuration(timeoutMs)}`));
    });
  }

  waitForNews(): Promise<void> {
    return this.#news.promise;
  }

  /** Somebody else may have changed the execution: its brain looks, and so does the check for a cancellation. */
  poke(): void {
    const news = this.#news;
    this.#news = createDeferred();
    news.resolve();
    void this.checkCancel();
  }

  /** Ends the run where somebody asked for it. A store that cannot be read now is asked again with the next news. */
  async checkCancel(): Promise<void> {
    const { executionId: id, fence } = this.#lease;
    const request = await findCancelRequest(this.#store, { id, fence }).catch(() => null);
    if (request !== null)
      this.#abort(new HandsError("cancelled", `cancelled by ${request.by ?? "somebody"}`));
  }

  /** The process is about to stop: the brain begins nothing new. */
  stopSoon(): void {
    this.#isStopping = true;
    this.poke();
  }

  /** Throws where nothing new may begin: the reason of the abort, or `stopping`. */
  check(): void {
    this.signal.throwIfAborted();
    if (this.#isStopping) throw stopping();
  }

  /** The process stops: what can be repeated is left, what cannot is journaled as it stands. */
  stop(): void {
    this.#isStopping = true;
    this.#abort(stopping());
  }

  dispose(): void {
    this.#timer.cancel();
  }

  #abort(reason: HandsError): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(reason);
  }
}

function stopping(): HandsError {
  return new HandsError("stopping", "the process is stopping");
}
