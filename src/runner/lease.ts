import type { Clock } from "../core/index.ts";
import { HandsError } from "../core/index.ts";

/** How long a taking lasts without renewal. With the sweep of a second, a dead process's work goes on within 10 seconds. */
export const LEASE_MS = 8000;

/** How often leases are renewed. */
export const RENEW_EVERY_MS = 1000;

/** A lease that was renewed within this time needs no renewal: each is one more change of an index. */
const FRESH_FOR_MS = RENEW_EVERY_MS / 2;

/** What has to be left of a lease right before an effect. */
export const EFFECT_MARGIN_MS = 5000;

/** Both clocks at one moment. */
export interface ClockReading {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export function readClock(clock: Clock): ClockReading {
  return { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
}

/** One taking of an execution by this process, as this process sees it. */
export class Lease {
  readonly executionId: string;
  readonly handName: string;
  readonly fence: number;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  #renewed: ClockReading;

  /** `sentAt` is from before the claim's commit: a lease counts from when it was asked for. */
  constructor(
    clock: Clock,
    taken: { readonly executionId: string; readonly handName: string; readonly fence: number },
    sentAt: ClockReading,
  ) {
    this.#clock = clock;
    this.executionId = taken.executionId;
    this.handName = taken.handName;
    this.fence = taken.fence;
    this.#renewed = sentAt;
  }

  /** Aborts when the lease is lost. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /**
   * What is left of it, by the clock that moved more: the wall's stands still for nobody, the monotonic one may have slept
   * with the machine, and either may have been set.
   */
  get remainingMs(): number {
    const wall = Math.abs(this.#clock.now() - this.#renewed.wallMs);
    const monotonic = this.#clock.monotonicMs() - this.#renewed.monotonicMs;
    return LEASE_MS - Math.max(wall, monotonic);
  }

  get isFresh(): boolean {
    return this.remainingMs >= LEASE_MS - FRESH_FOR_MS;
  }

  /** Notes a renewal whose statement was sent at these readings: time counts from before the commit. */
  noteRenewed(sentAt: ClockReading): void {
    this.#renewed = sentAt;
  }

  noteLost(): void {
    if (!this.#abort.signal.aborted) this.#abort.abort(leaseLost(this.executionId));
  }
}

/** Another process has the execution, or it is no longer running. */
export function leaseLost(executionId: string): HandsError {
  return new HandsError("lease_lost", `execution ${executionId} is no longer ours to write`, {
    hint: "Another process took it over; its record is the true one.",
  });
}
