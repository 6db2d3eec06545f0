import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { Store } from "../store/index.ts";
import { findNextDueAt, listDueHands } from "../store/index.ts";
import type { FireResult } from "./fire-hand.ts";

/** What a due loop works with. */
export interface DueLoopOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Is this hand ours to fire? */
  readonly isOurs: (handName: string) => boolean;
  /** Deals with what is due of one hand. */
  readonly fire: (handName: string) => Promise<FireResult>;
  /** Called before each look; `hasGoneBack` where the clock went back since the one before. */
  readonly prepare: (news: { readonly hasGoneBack: boolean }) => Promise<void>;
}

/** However far the next fire is: clocks jump, and other processes may move it. */
const LONGEST_PAUSE_MS = 1000;
/** News of other processes makes a look at most this often. */
const SHORTEST_NEWS_PAUSE_MS = 100;
/** Fires under way at once. They share commits; those that find no room wait for ends of executions as well. */
const MOST_AT_ONCE = 2048;
/** A hand whose fire failed, or is not ours, rests for this long; the others go on. */
const REST_MS = 1000;
/** Two clocks that drift apart by less are not a clock that was set. */
const SMALLEST_STEP_BACK_MS = 500;

/**
 * Looks for due hands, and fires each by itself: none waits for another. One timer goes to the earliest instant at which something is due.
 */
export class DueLoop {
  readonly #options: DueLoopOptions;
  readonly #firing = new Map<string, Promise<void>>();
  /** When hands that rest may be tried again, by the monotonic clock. */
  readonly #restingUntil = new Map<string, number>();
  #timer: ClockTimer | undefined;
  #looking: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;
  #lookedMs = 0;
  #wallAhead: number | undefined;

  constructor(options: DueLoopOptions) {
    this.#options = options;
  }

  /** Looks as soon as possible; the first call starts the loop. */
  wake(): void {
    this.#isWanted = true;
    if (this.#looking === undefined) this.#arm(0);
  }

  /** Looks soon, for news that may come many times a second. */
  wakeSoon(): void {
    const elapsedMs = this.#options.clock.monotonicMs() - this.#lookedMs;
    if (elapsedMs >= SHORTEST_NEWS_PAUSE_MS) this.wake();
  }

  /** Resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#looking;
    await Promise.all(this.#firing.values());
  }

  #arm(delayMs: number): void {
    this.#timer?.cancel();
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimer(delayMs, () => {
      this.#looking ??= this.#lookAndArm();
    });
  }

  async #lookAndArm(): Promise<void> {
    this.#isWanted = false;
    let pauseMs = LONGEST_PAUSE_MS;
    try {
      pauseMs = await this.#look();
    } catch (error) {
      this.#options.logger.error("What is due could not be looked up.", { error: describeError(error) });
    }
    this.#looking = undefined;
    this.#arm(this.#isWanted ? 0 : pauseMs);
  }

  /** Fires what is due and free. Returns how long nothing else will be. */
  async #look(): Promise<number> {
    const { store, clock, isOurs, prepare } = this.#options;
    this.#lookedMs = clock.monotonicMs();
    await prepare({ hasGoneBack: this.#hasGoneBack() });
    const nowMs = store.nowMs();
    for (const name of await listDueHands(store, nowMs)) {
      if (this.#isStopped || this.#firing.size >= MOST_AT_ONCE) break;
      if (isOurs(name) && !this.#firing.has(name) && !this.#isResting(name)) this.#fire(name);
    }
    const nextDueAt = await findNextDueAt(store, nowMs);
    const untilDueMs = nextDueAt === null ? LONGEST_PAUSE_MS : nextDueAt - store.nowMs();
    return Math.min(Math.max(untilDueMs, 1), LONGEST_PAUSE_MS);
  }

  #fire(name: string): void {
    const { clock, logger, fire } = this.#options;
    const rest = () => this.#restingUntil.set(name, clock.monotonicMs() + REST_MS);
    const firing = fire(name)
      .then(
        // What stays due, because it is not for us to fire, must not be tried without a pause.
        (result) => void (result === "not_ours" ? rest() : this.#restingUntil.delete(name)),
        (error: unknown) => {
          rest();
          logger.error("A fire failed and is tried again.", { hand: name, error: describeError(error) });
        },
      )
      .then(() => {
        this.#firing.delete(name);
        // Only now is its next fire known; and one that found no room can go.
        this.wake();
      });
    this.#firing.set(name, firing);
  }

  #isResting(name: string): boolean {
    return (this.#restingUntil.get(name) ?? 0) > this.#options.clock.monotonicMs();
  }

  /** Did the store's clock go back, against one that never does? */
  #hasGoneBack(): boolean {
    const wallAhead = this.#options.store.nowMs() - this.#options.clock.monotonicMs();
    const before = this.#wallAhead ?? wallAhead;
    this.#wallAhead = wallAhead;
    return wallAhead < before - SMALLEST_STEP_BACK_MS;
  }
}
