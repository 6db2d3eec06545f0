import type { Clock } from "../../core/index.ts";

/** The two clocks of a machine drift apart by this much only when it slept, or when its wall clock was set. */
const DISAGREEMENT_MS = 500;
/** A measurement is believed for this long. */
const TRUSTED_MS = 30_000;
const SAMPLES = 3;

interface Measurement {
  readonly databaseMs: number;
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** The database's clock, kept here by measuring how far ours is from it: every process sees the same time. */
export class DatabaseClock {
  readonly #clock: Clock;
  readonly #ask: () => Promise<number>;
  #measurement: Measurement | null = null;

  /** `ask` returns the database's instant in epoch milliseconds. */
  constructor(clock: Clock, ask: () => Promise<number>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** Asks a few times and believes the quickest answer, which is taken to be of the middle of its way. */
  async measure(): Promise<void> {
    let best: { readonly tripMs: number; readonly measurement: Measurement } | undefined;
    for (let asked = 0; asked < SAMPLES; asked += 1) {
      const sentMs = this.#clock.monotonicMs();
      const answer = await this.#ask();
      const monotonicMs = this.#clock.monotonicMs();
      const tripMs = monotonicMs - sentMs;
      if (best !== undefined && best.tripMs <= tripMs) continue;
      best = {
        tripMs,
        measurement: { databaseMs: answer + tripMs / 2, wallMs: this.#clock.now(), monotonicMs },
      };
    }
    if (best !== undefined) this.#measurement = best.measurement;
  }

  /** Measures only where the last measurement is old, or our own clocks no longer agree. */
  async refresh(): Promise<void> {
    if (!this.isTrusted()) await this.measure();
  }

  isTrusted(): boolean {
    if (this.#measurement === null) return false;
    const byWall = this.#clock.now() - this.#measurement.wallMs;
    const byMonotonic = this.#clock.monotonicMs() - this.#measurement.monotonicMs;
    return Math.abs(byWall - byMonotonic) < DISAGREEMENT_MS && byMonotonic < TRUSTED_MS;
  }

  /** Between measurements by the monotonic clock, which nobody sets. */
  nowMs(): number {
    if (this.#measurement === null) return this.#clock.now();
    const { databaseMs, monotonicMs } = this.#measurement;
    return Math.round(databaseMs + this.#clock.monotonicMs() - monotonicMs);
  }
}
