import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { describeError, HandsError } from "../core/index.ts";
import type { SendingTable, Store, StoreChange } from "../store/index.ts";
import { findDueSendings, findDueSendingsOf, findNextSending } from "../store/index.ts";

/** How long one attempt may hold a row before another process may try. */
export const SENDING_LEASE_MS = 60_000;

/** How long after a failed look the next one follows. */
const LOOK_AGAIN_MS = 1000;

/** What a loop sends, and how. */
export interface SendingLoopParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly table: SendingTable;
  /** In a log line: `delivery`, `request`. */
  readonly what: string;
  /** Is a commit a reason to look? */
  readonly hears: (change: StoreChange) => boolean;
  /** What is to be done before each look: it may put rows into the table. Gives the instant at which it wants to be called again, or null. */
  readonly prepare?: (signal: AbortSignal) => Promise<number | null>;
  /** Claims one row, sends it and records what came of it. Its signal aborts when the process stops. */
  readonly attempt: (id: string, signal: AbortSignal) => Promise<void>;
}

/**
 * Keeps trying rows of one table until they are sent: at each commit that matters, and when the next one is due. One look at a time, one
 * attempt at a time for each row of this process; leases keep other processes away.
 */
export class SendingLoop {
  readonly #parts: SendingLoopParts;
  readonly #active = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #look: Promise<void> | undefined;
  #isWanted = false;
  #timer: ClockTimer | undefined;
  #stopListening: (() => void) | undefined;

  constructor(parts: SendingLoopParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopListening ??= this.#parts.store.onChange((change) => {
      if (this.#parts.hears(change)) this.requestLook();
    });
    this.requestLook();
  }

  /** Begins nothing new, and resolves when what was begun has been recorded. */
  async stop(): Promise<void> {
    this.#stopListening?.();
    this.#timer?.cancel();
    this.#stop.abort(new HandsError("stopping", "the process is stopping"));
    await this.#look;
    await Promise.all(this.#active.values());
  }

  /** Looks now, or once more after the look that is under way. */
  requestLook(): void {
    if (this.#stop.signal.aborted) return;
    this.#isWanted = true;
    this.#look ??= this.#lookWhileWanted().finally(() => {
      this.#look = undefined;
    });
  }

  /** Tries every row of an execution that is due now. */
  async sendFor(executionId: string): Promise<void> {
    const { store, table } = this.#parts;
    const due = await findDueSendingsOf(store, table, store.nowMs(), executionId);
    await Promise.all(due.map((row) => this.#attempt(row.id)));
  }

  async #lookWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#stop.signal.aborted) {
      this.#isWanted = false;
      try {
        await this.#lookOnce();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#parts.logger.warn(`could not look for a ${this.#parts.what} to send`, {
          error: describeError(error),
        });
        this.#lookAgainIn(LOOK_AGAIN_MS);
      }
    }
  }

  async #lookOnce(): Promise<void> {
    const { store, table } = this.#parts;
    const wanted = (await this.#parts.prepare?.(this.#stop.signal)) ?? null;
    if (this.#stop.signal.aborted) return;
    for (const row of await findDueSendings(store, table, store.nowMs(), 100)) void this.#attempt(row.id);
    const due = await findNextSending(store, table);
    const next = due === null || wanted === null ? (due ?? wanted) : Math.min(due, wanted);
    if (next !== null) this.#lookAgainIn(Math.max(50, next - store.nowMs()));
  }

  #lookAgainIn(delayMs: number): void {
    if (this.#stop.signal.aborted) return;
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.setTimer(delayMs, () => this.requestLook());
  }

  #attempt(id: string): Promise<void> {
    const known = this.#active.get(id);
    if (known !== undefined) return known;
    const attempt = this.#parts
      .attempt(id, this.#stop.signal)
      .catch((error: unknown) => {
        this.#parts.logger.warn(`a ${this.#parts.what} could not be recorded; it will be tried again`, {
          id,
          error: describeError(error),
        });
      })
      .finally(() => this.#active.delete(id));
    this.#active.set(id, attempt);
    return attempt;
  }
}
