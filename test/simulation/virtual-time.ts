import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../src/core/index.ts";
import { Violation } from "./story.ts";

/** The owner of timers that belong to no process: people, and whatever is at the other end of a tool. */
export const OUTSIDE = "outside";

/** Turns of the event loop with nothing done in them, after which all has come to rest. */
const QUIET_TURNS = 4;
const MOST_TURNS = 5000;
/** Whatever is looked at again and again is looked at this often. */
const LONGEST_REGULAR_MS = 1000;

interface Timer {
  readonly owner: string;
  readonly dueAt: number;
  /** Was it set for longer than what comes again and again? */
  readonly isRare: boolean;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * The time of a simulated machine. True time only goes on; the wall may be set, and the monotonic clock stands still while the machine
 * sleeps. Timers of processes follow the monotonic clock, those outside the true one.
 */
export class VirtualTime {
  #trueMs = 0;
  #wallMs: number;
  #monotonicMs = 1000;
  #order = 0;
  #activity = 0;
  readonly #timers = new Set<Timer>();
  readonly #held = new Set<string>();

  constructor(startsAt: number) {
    this.#wallMs = startsAt;
  }

  get trueMs(): number {
    return this.#trueMs;
  }

  get wallMs(): number {
    return this.#wallMs;
  }

  /** Something was done: what looks for rest has to wait on. */
  noteActivity(): void {
    this.#activity += 1;
  }

  /** The clock that a process is given. */
  createClock(owner: string): Clock {
    const setTimer: Clock["setTimer"] = (delayMs, callback) => {
      const timer = this.#add(owner, Math.max(0, delayMs), callback);
      return { cancel: () => void this.#timers.delete(timer) };
    };
    return {
      now: () => Math.round(this.#wallMs),
      monotonicMs: () => this.#monotonicMs,
      setTimer,
      sleep: (delayMs, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason);
          const timer = setTimer(delayMs, resolve);
          signal?.addEventListener("abort", () => {
            timer.cancel();
            reject(signal.reason);
          });
        }),
    };
  }

  /** Calls back outside every process, whatever becomes of them. */
  after(delayMs: number, callback: () => void): void {
    this.#add(OUTSIDE, Math.max(0, delayMs), callback);
  }

  /** Time passes in which no timer fires, as while the disk keeps everybody waiting. */
  elapse(durationMs: number): void {
    this.#trueMs += durationMs;
    this.#wallMs += durationMs;
    this.#monotonicMs += durationMs;
  }

  /** The machine sleeps: the monotonic clock stands still. */
  sleepMachine(durationMs: number): void {
    this.#trueMs += durationMs;
    this.#wallMs += durationMs;
  }

  /** Somebody sets the wall. */
  jumpWall(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** A process that is gone fires nothing any more. */
  drop(owner: string): void {
    for (const timer of this.#timers) if (timer.owner === owner) this.#timers.delete(timer);
  }

  /** A process that stands still: its timers wait. */
  hold(owner: string): void {
    this.#held.add(owner);
  }

  release(owner: string): void {
    this.#held.delete(owner);
  }

  /** Milliseconds until the first timer, or null where there is none. */
  findNext(owner?: string): number | null {
    return this.#findFirst((timer) => owner === undefined || timer.owner === owner);
  }

  /** The same, of timers that do not come again and again. */
  findNextRare(): number | null {
    return this.#findFirst((timer) => timer.isRare);
  }

  #findFirst(isMeant: (timer: Timer) => boolean): number | null {
    let nextMs: number | null = null;
    for (const timer of this.#timers) {
      if (this.#held.has(timer.owner) || !isMeant(timer)) continue;
      const untilMs = Math.max(0, timer.dueAt - this.#nowFor(timer));
      if (nextMs === null || untilMs < nextMs) nextMs = untilMs;
    }
    return nextMs;
  }

  /** Fires what is due, the earliest first, each when what the one before began has come to rest. */
  async fireDue(isOver: () => boolean): Promise<void> {
    const limit = this.#order;
    for (;;) {
      const due = [...this.#timers]
        .filter((timer) => !this.#held.has(timer.owner) && timer.dueAt <= this.#nowFor(timer))
        .filter((timer) => timer.order <= limit)
        .sort((left, right) => left.dueAt - right.dueAt || left.order - right.order)[0];
      if (due === undefined || isOver()) return;
      this.#timers.delete(due);
      due.callback();
      await this.rest();
    }
  }

  /** Resolves when nothing goes on any more but what waits for a timer. */
  async rest(): Promise<void> {
    let quietTurns = 0;
    for (let turns = 0; quietTurns < QUIET_TURNS; turns += 1) {
      const before = this.#activity;
      await turn();
      quietTurns = this.#activity === before ? quietTurns + 1 : 0;
      if (turns > MOST_TURNS)
        throw new Violation("what is begun comes to rest", `not within ${MOST_TURNS} turns`);
    }
  }

  #nowFor(timer: Timer): number {
    return timer.owner === OUTSIDE ? this.#trueMs : this.#monotonicMs;
  }

  #add(owner: string, delayMs: number, callback: () => void): Timer {
    this.#order += 1;
    const nowMs = owner === OUTSIDE ? this.#trueMs : this.#monotonicMs;
    const isRare = owner === OUTSIDE || delayMs > LONGEST_REGULAR_MS;
    const timer = { owner, dueAt: nowMs + delayMs, isRare, order: this.#order, callback };
    this.#timers.add(timer);
    return timer;
  }
}
