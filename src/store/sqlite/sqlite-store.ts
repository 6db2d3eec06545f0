import type { Kysely } from "kysely";
import type { Clock, IdSource, Logger, Random } from "../../core/index.ts";
import { createIdSource, describeError, HandsError, systemRandom } from "../../core/index.ts";
import { ChangeFeed } from "../change-feed.ts";
import type { ColumnTypes } from "../migrations/migration.ts";
import { newestSchemaNumber, readSchemaNumber, runMigrations } from "../migrations/run-migrations.ts";
import { retryTransient } from "../retry.ts";
import type { Store, StoreCapabilities, StoreChange, StoreTransaction } from "../store.ts";
import type { Database } from "../tables.ts";
import { UnitContext } from "../unit-context.ts";
import { ChangeWatch } from "./change-watch.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { isBusy, toSqliteStoreError } from "./sqlite-errors.ts";
import { prepareDatabaseFile } from "./sqlite-files.ts";
import { createSqliteReader } from "./sqlite-reader.ts";
import { WriteQueue } from "./write-queue.ts";

const MEMORY = ":memory:";
const CAPABILITIES: StoreCapabilities = { locksRows: false, isShared: false };
const COLUMN_TYPES: ColumnTypes = { key: "text" };
const BUSY_LIMIT_MS = 10_000;

export interface OpenSqliteOptions {
  /** The file, made when it is missing; `:memory:` for a database that ends with the store. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids?: IdSource;
  readonly random?: Random;
}

/**
 * Opens a SQLite file for reading and writing, and brings its schema up to date.
 * Throws: `store_failed`, `store_too_new`.
 */
export async function openSqliteStore(options: OpenSqliteOptions): Promise<Store> {
  const random = options.random ?? systemRandom;
  const parts = { ...options, random, ids: options.ids ?? createIdSource(options.clock, random) };
  let store: SqliteStore | undefined;
  try {
    const writing = await openForWriting(parts);
    store = new SqliteStore(parts, writing);
    await store.start();
    return store;
  } catch (error) {
    await store?.close();
    throw toSqliteStoreError(error, options.path);
  }
}

type Parts = Required<OpenSqliteOptions>;

async function openForWriting({ path, clock, random }: Parts): Promise<SqliteConnection> {
  if (path !== MEMORY) prepareDatabaseFile(path);
  const connection = new SqliteConnection({ path, isReadOnly: false });
  try {
    // Changing the journal's mode needs the file for a moment, and SQLite does not wait for it by itself.
    await retryTransient(() => connection.database.pragma("journal_mode = WAL"), {
      clock,
      random,
      isTransient: isBusy,
      limitMs: BUSY_LIMIT_MS,
    });
    connection.database.pragma("synchronous = FULL");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** One process's access to a SQLite file: one connection that writes, one that reads. */
class SqliteStore implements Store {
  readonly capabilities = CAPABILITIES;
  readonly ids: IdSource;
  readonly db: Kysely<Database>;
  readonly #parts: Parts;
  readonly #writing: SqliteConnection;
  readonly #reading: SqliteConnection;
  readonly #queue: WriteQueue;
  readonly #feed: ChangeFeed;
  readonly #watch: ChangeWatch;

  constructor(parts: Parts, writing: SqliteConnection) {
    const { path, clock, logger, ids, random } = parts;
    const context = new UnitContext();
    this.#parts = parts;
    this.ids = ids;
    this.#feed = new ChangeFeed(logger);
    this.#writing = writing;
    this.#reading = path === MEMORY ? writing : new SqliteConnection({ path, isReadOnly: true });
    this.#queue = new WriteQueue({
      connection: writing,
      capabilities: CAPABILITIES,
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
    if ((await readSchemaNumber(this.db)) !== newestSchemaNumber()) {
      await this.transaction(({ db, nowMs }) => runMigrations({ db, types: COLUMN_TYPES, nowMs }));
    }
    this.#watch.start();
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

  async backup(_path: string): Promise<void> {
    throw new HandsError("internal", "not built yet");
  }

  async close(): Promise<void> {
    this.#watch.stop();
    await this.#queue.close();
    this.#reading.close();
    this.#writing.close();
  }
}
