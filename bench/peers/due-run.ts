import type { BenchPlace } from "../harness/types.ts";

/** How long after it was made ready the instant comes. */
export const LEAD_MS = 3000;

/** What a peer tells of one run: when each began, by the wall clock, and when the last ended. */
export interface DueRun {
  readonly dueAt: number;
  readonly startedAts: readonly number[];
  readonly finishedAt: number;
}

/** Opens a peer; each run makes so many timers or jobs for one instant and waits for all. */
export type OpenDuePeer = (
  place: BenchPlace,
  count: number,
) => Promise<{ runOnce(): Promise<DueRun>; close?(): Promise<void> }>;

/** Counts what began and ended in one run. */
export class RunCount {
  readonly dueAt: number;
  readonly finished: Promise<DueRun>;
  readonly #startedAts: number[] = [];
  readonly #count: number;
  readonly #resolve: (run: DueRun) => void;

  constructor(count: number, dueAt: number) {
    const { promise, resolve } = Promise.withResolvers<DueRun>();
    this.dueAt = dueAt;
    this.finished = promise;
    this.#count = count;
    this.#resolve = resolve;
  }

  /** One has ended that began at this instant. */
  end(startedAt: number): void {
    this.#startedAts.push(startedAt);
    if (this.#startedAts.length !== this.#count) return;
    this.#resolve({ dueAt: this.dueAt, startedAts: this.#startedAts, finishedAt: Date.now() });
  }
}
