import type { Clock, IdSource, Logger } from "../../core/index.ts";
import { createDeferred } from "../../core/index.ts";
import type { ChangeFeed } from "../change-feed.ts";
import { createKysely } from "../create-kysely.ts";
import type { StoreCapabilities, StoreTransaction } from "../store.ts";
import type { UnitContext } from "../unit-context.ts";
import { UnitRecord } from "../unit-record.ts";
import { watchUnit } from "../unit-watch.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { toSqliteStoreError } from "./sqlite-errors.ts";
import { SQLITE_LANGUAGE } from "./sqlite-language.ts";

/** What every unit of a queue works with. */
export interface WriteUnitContext {
  readonly connection: SqliteConnection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids: IdSource;
  readonly capabilities: StoreCapabilities;
  readonly context: UnitContext;
  readonly feed: ChangeFeed;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** One unit of work in the queue. It may be attempted several times; it is settled once. */
export class WriteUnit<T = unknown> {
  readonly #work: (transaction: StoreTransaction) => Promise<T>;
  readonly #settled = createDeferred<T>();
  #record = new UnitRecord();
  #outcome: Outcome<T> | null = null;

  constructor(work: (transaction: StoreTransaction) => Promise<T>) {
    this.#work = work;
  }

  get promise(): Promise<T> {
    return this.#settled.promise;
  }

  /** Runs the work inside the transaction that is open on the connection. Returns whether what it wrote is to be kept. */
  async attempt(parts: WriteUnitContext, nowMs: number): Promise<boolean> {
    const record = new UnitRecord();
    this.#record = record;
    const givenUp = createDeferred<never>();
    const stopWatching = watchUnit({
      clock: parts.clock,
      logger: parts.logger,
      work: this.#work,
      giveUp: givenUp.reject,
    });
    try {
      const transaction = createTransaction(parts, record, nowMs);
      const working = parts.context.run(record, async () => this.#work(transaction));
      const value = await Promise.race([working, givenUp.promise]);
      if (record.failure !== null) throw record.failure.error;
      this.#outcome = { value };
    } catch (error) {
      this.#outcome = { error };
    } finally {
      record.close();
      stopWatching();
    }
    return "value" in this.#outcome;
  }

  /** To be called when the commit has returned. */
  announce(parts: WriteUnitContext): void {
    if (this.#outcome !== null && "value" in this.#outcome) this.#record.announce(parts.feed, parts.logger);
  }

  /** Gives the caller what the last attempt came to. */
  settle(): void {
    if (this.#outcome === null) return;
    if ("value" in this.#outcome) this.#settled.resolve(this.#outcome.value);
    else this.#settled.reject(this.#outcome.error);
  }

  /** The unit's own error comes before that of the commit it shared. */
  reject(error: unknown): void {
    const own = this.#outcome !== null && "error" in this.#outcome ? this.#outcome.error : error;
    this.#settled.reject(own);
  }
}

function createTransaction(parts: WriteUnitContext, record: UnitRecord, nowMs: number): StoreTransaction {
  const { connection } = parts;
  const db = createKysely(SQLITE_LANGUAGE, async (query) => {
    record.assertUsable();
    try {
      if (!connection.isInTransaction) throw new Error("the transaction was rolled back by the database");
      return connection.execute(query);
    } catch (error) {
      const failure = toSqliteStoreError(error, connection.path);
      record.fail(failure);
      throw failure;
    }
  });
  return {
    db,
    capabilities: parts.capabilities,
    ids: parts.ids,
    nowMs,
    onCommit: (callback) => record.onCommit(callback),
    notify: (topic) => record.notify(topic),
  };
}
