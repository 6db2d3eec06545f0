import type { Clock, ClockTimer, Logger } from "../../core/index.ts";
import { describeError } from "../../core/index.ts";
import type { RetentionPolicy, Store } from "../../store/index.ts";
import { prunesAnything, readRetentionRecord } from "../../store/index.ts";
import { pruneStore } from "./prune-store.ts";
import { pruneVersionFolders } from "./prune-version-folders.ts";

const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 600_000;

interface RetentionParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policy: RetentionPolicy;
  readonly dataDir: string;
}

/** Prunes every ten minutes, in one process of those that there are; nothing at all where the policy keeps everything. */
export class RetentionKeeper {
  readonly #parts: RetentionParts;
  readonly #stopping = new AbortController();
  #timer: ClockTimer | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  start(): void {
    if (prunesAnything(this.#parts.policy)) this.#arm(FIRST_AFTER_MS);
  }

  /** Stops between two transactions. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#timer?.cancel();
    await this.#work;
  }

  #arm(delayMs: number): void {
    this.#timer = this.#parts.clock.setTimer(delayMs, () => {
      this.#work = this.#prune().finally(() => {
        if (!this.#stopping.signal.aborted) this.#arm(EVERY_MS);
      });
    });
  }

  async #prune(): Promise<void> {
    const { store, clock, logger, policy, dataDir } = this.#parts;
    const { signal } = this.#stopping;
    try {
      const record = await readRetentionRecord(store);
      const isDue = record === null || store.nowMs() - record.endedAt >= EVERY_MS / 2;
      const removed = isDue ? await pruneStore({ store, clock, policy, signal }) : null;
      if (removed !== null && Object.keys(removed).length > 0) logger.info("removed by [retention]", removed);
      // Each process unpacks for itself, and tidies up for itself.
      if (policy.versionsMs !== null)
        await pruneVersionFolders(store, dataDir, clock.now() - policy.versionsMs);
    } catch (error) {
      if (!signal.aborted)
        logger.warn("could not prune; trying again later", { error: describeError(error) });
    }
  }
}
