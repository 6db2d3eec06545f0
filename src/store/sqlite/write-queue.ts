import type { Deferred, Random } from "../../core/index.ts";
import { createDeferred, HandsError } from "../../core/index.ts";
import { retryTransient } from "../retry.ts";
import type { StoreTransaction } from "../store.ts";
import { isBusy, toSqliteStoreError } from "./sqlite-errors.ts";
import { BUSY_LIMIT_MS } from "./sqlite-parts.ts";
import type { WriteUnitContext } from "./write-unit.ts";
import { WriteUnit } from "./write-unit.ts";

/** Bounds of one commit, so that no caller waits long for the others and the event loop goes round. */
const UNITS_PER_BATCH = 256;
const BATCH_MS = 20;

export interface WriteQueueOptions extends WriteUnitContext {
  readonly random: Random;
}

/**
 * Group commit: the units that are queued in one turn of the event loop share one `BEGIN IMMEDIATE … COMMIT`, each a savepoint.
 * A unit that fails takes back its own savepoint alone; nothing is told to anybody before the commit returned.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #waiting: WriteUnit[] = [];
  #draining: Deferred<void> | null = null;
  #isClosed = false;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Resolves when no batch is under way; undefined where none is now. */
  get idle(): Promise<void> | undefined {
    return this.#draining?.promise;
  }

  async run<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
    this.#options.context.assertOutside("`store.transaction`");
    if (this.#isClosed) throw new HandsError("stopping", "The store is closed.");
    const unit = new WriteUnit(work);
    this.#waiting.push(unit);
    this.#draining ??= this.#startDraining();
    return unit.promise;
  }

  /** Takes no more units and resolves when those it has are settled. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.idle;
  }

  #startDraining(): Deferred<void> {
    const drained = createDeferred();
    const drain = () => {
      const units = this.#waiting.splice(0, UNITS_PER_BATCH);
      void this.#commitTogether(units).then(() => {
        if (this.#waiting.length > 0) {
          setImmediate(drain);
          return;
        }
        this.#draining = null;
        drained.resolve();
      });
    };
    setImmediate(drain);
    return drained;
  }

  /** Never rejects: every unit learns of its own fate. */
  async #commitTogether(units: WriteUnit[]): Promise<void> {
    try {
      const committed = await retryTransient(() => this.#attempt(units), {
        clock: this.#options.clock,
        random: this.#options.random,
        isTransient: isBusy,
        limitMs: BUSY_LIMIT_MS,
      });
      for (const unit of committed) {
        unit.announce(this.#options);
        unit.settle();
      }
    } catch (error) {
      const failure = toSqliteStoreError(error, this.#options.connection.path);
      for (const unit of units) unit.reject(failure);
    }
  }

  /** One transaction. Units for which the time was up go back to the head of the queue. Returns those that took part. */
  async #attempt(units: WriteUnit[]): Promise<readonly WriteUnit[]> {
    const { connection, clock } = this.#options;
    connection.run("BEGIN IMMEDIATE");
    try {
      const startedMs = clock.monotonicMs();
      const nowMs = clock.now();
      let keptCount = 0;
      for (const [index, unit] of units.entries()) {
        if (index > 0 && clock.monotonicMs() - startedMs > BATCH_MS) {
          this.#waiting.unshift(...units.splice(index));
          break;
        }
        if (await this.#attemptUnit(unit, nowMs, units.length > 1)) keptCount += 1;
      }
      connection.run(keptCount > 0 ? "COMMIT" : "ROLLBACK");
    } catch (error) {
      if (connection.isInTransaction) connection.run("ROLLBACK");
      throw error;
    }
    return units;
  }

  async #attemptUnit(unit: WriteUnit, nowMs: number, isShared: boolean): Promise<boolean> {
    const { connection } = this.#options;
    if (isShared) connection.run("SAVEPOINT unit");
    const isKept = await unit.attempt(this.#options, nowMs);
    if (!connection.isInTransaction) {
      throw new HandsError(
        "store_failed",
        `The database ${connection.path} rolled a transaction back by itself.`,
        {
          hint: "The error of the unit that caused it says why; often the disk is full.",
        },
      );
    }
    if (isShared) {
      if (!isKept) connection.run("ROLLBACK TO unit");
      connection.run("RELEASE unit");
    }
    return isKept;
  }
}
