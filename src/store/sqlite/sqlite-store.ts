import type { Kysely } from "kysely";
import type { Clock, IdSource, Logger, Random } from "../../core/index.ts";
import { createIdSource, describeError, systemRandom } from "../../core/index.ts";
import { ChangeFeed } from "../change-feed.ts";
import { insertSeedRows, isSeedDatabase, takeSeedRows } from "../migrations/adopt-seed.ts";
import { newestSchemaNumber, readSchemaNumber, runMigrations } from "../migrations/run-migrations.ts";
import type { Store, StoreChange, StoreTransaction } from "../store.ts";
import type { Database } from "../tables.ts";
import { UnitContext } from "../unit-context.ts";
import { assertSound } from "./assert-sound.ts";
import { ChangeWatch } from "./change-watch.ts";
import { keepOriginal } from "./keep-original.ts";
import { openWritingConnection } from "./open-writing-connection.ts";
import { openReadOnly } from "./read-only-sqlite-store.ts";
import { backUpSqlite } from "./sqlite-backup.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { toSqliteStoreError } from "./sqlite-errors.ts";
import { SQLITE_SCHEMA } from "./sqlite-language.ts";
import type { SqliteParts } from "./sqlite-parts.ts";
import { MEMORY_PATH, SQLITE_CAPABILITIES } from "./sqlite-parts.ts";
import { createSqliteReader } from "./sqlite-reader.ts";
import { WriteQueue } from "./write-queue.ts";

export interface OpenSqliteOptions {
  /** The file, made when it is missing; `:memory:` for a database that ends with the store. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids?: IdSource;
  readonly random?: Random;
  /** Opens an existing file as it is, without bringing its schema up to date. Default: false. */
  readonly readOnly?: boolean;
  /** Refuses a damaged file, which takes time for a large one. Default: false. */
  readonly isChecked?: boolean;
}

/**
 * Opens a SQLite file for reading and writing, and brings its schema up to date. A file that the seed made is converted, and kept
 * as it was in `<file>.seed-backup`.
 * Throws: `store_failed`, `store_too_new`.
 */
export async function openSqliteStore(options: OpenSqliteOptions): Promise<Store> {
  const random = options.random ?? systemRandom;
  const { path, clock, logger, ids = createIdSource(clock, random) } = options;
  const parts: SqliteParts = { path, clock, logger, ids, random };
  let store: SqliteStore | undefined;
  try {
    if (options.readOnly === true) return await openReadOnly(parts);
    const writing = await openWritingConnection(parts);
    store = new SqliteStore(parts, writing);
    if (options.isChecked === true) assertSound(writing);
    await store.start();
    return store;
  } catch (error) {
    await store?.close();
    throw toSqliteStoreError(error, path);
  }
}

/** One process's access to a SQLite file: one connection that writes, one that reads. */
class SqliteStore implements Store {
  readonly capabilities = SQLITE_CAPABILITIES;
  readonly ids: IdSource;
  readonly db: Kysely<Database>;
  readonly #parts: SqliteParts;
  readonly #writing: SqliteConnection;
  readonly #reading: SqliteConnection;
  readonly #queue: WriteQueue;
  readonly #feed: ChangeFeed;
  readonly #watch: ChangeWatch;
  #closing: Promise<void> | undefined;

  constructor(parts: SqliteParts, writing: SqliteConnection) {
    const { path, clock, logger, ids, random } = parts;
    const context = new UnitContext();
    this.#parts = parts;
    this.ids = ids;
    this.#feed = new ChangeFeed(logger);
    this.#writing = writing;
    this.#reading = path === MEMORY_PATH ? writing : new SqliteConnection({ path, isReadOnly: true });
    this.#queue = new WriteQueue({
      connection: writing,
      capabilities: SQLITE_CAPABILITIES,
      feed: this.#feed,
      clock,
      logger,
      ids,
      random,
      context,
    });
    this.db = createSqliteReader({
      connection: this.#reading,
      clock,
      random,
      context,
      // On one connection a read would see what a batch has not committed yet.
      barrier: () => (this.#reading === this.#writing ? this.#queue.idle : undefined),
    });
    this.#watch = new ChangeWatch({
      clock,
      readVersion: () =>
        this.#writing.isInTransaction ? undefined : this.#writing.readNumber("data_version"),
      onForeignChange: () => this.#feed.emit({ origin: "foreign", topics: null }),
      onError: (error) =>
        logger.error("The database could not be looked at for changes.", { error: describeError(error) }),
    });
  }

  async start(): Promise<void> {
    if ((await readSchemaNumber(this.db, SQLITE_SCHEMA)) !== newestSchemaNumber()) {
      await this.transaction((transaction) => this.#migrate(transaction));
    }
    this.#watch.start();
  }

  /** Another process may have migrated while this one waited for the lock; what is left to do is looked up under it. */
  async #migrate(transaction: StoreTransaction): Promise<void> {
    const { db, nowMs } = transaction;
    if (!(await isSeedDatabase(db, SQLITE_SCHEMA))) {
      await runMigrations({ db, dialect: SQLITE_SCHEMA, nowMs });
      return;
    }
    const { logger } = this.#parts;
    const copy = keepOriginal(this.#reading);
    logger.info(`The database was made by the first version of hands; it is kept as it was in ${copy}.`);
    const rows = await takeSeedRows(transaction, SQLITE_SCHEMA);
    await runMigrations({ db, dialect: SQLITE_SCHEMA, nowMs });
    await insertSeedRows(transaction, rows, logger);
  }

  nowMs(): number {
    return this.#parts.clock.now();
  }

  transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
    return this.#queue.run(work);
  }

  onChange(listener: (change: StoreChange) => void): () => void {
    return this.#feed.listen(listener);
  }

  async backup(path: string): Promise<void> {
    try {
      await backUpSqlite(this.#reading, path);
    } catch (error) {
      throw toSqliteStoreError(error, path);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#watch.stop();
    await this.#queue.close();
    this.#reading.close();
    this.#writing.close();
  }
}
