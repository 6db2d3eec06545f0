import { existsSync } from "node:fs";
import type { Kysely } from "kysely";
import type { IdSource } from "../../core/index.ts";
import { describeError, HandsError } from "../../core/index.ts";
import { ChangeFeed } from "../change-feed.ts";
import { assertReadable, START_HINT } from "../migrations/assert-readable.ts";
import type { Store, StoreChange } from "../store.ts";
import type { Database } from "../tables.ts";
import { UnitContext } from "../unit-context.ts";
import { ChangeWatch } from "./change-watch.ts";
import { backUpSqlite } from "./sqlite-backup.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { toSqliteStoreError } from "./sqlite-errors.ts";
import { SQLITE_SCHEMA } from "./sqlite-language.ts";
import type { SqliteParts } from "./sqlite-parts.ts";
import { SQLITE_CAPABILITIES } from "./sqlite-parts.ts";
import { createSqliteReader } from "./sqlite-reader.ts";

/** Opens an existing file as it is, for looking only. Throws: `store_failed`, `store_too_new`. */
export async function openReadOnly(parts: SqliteParts): Promise<Store> {
  if (!existsSync(parts.path)) {
    throw new HandsError("store_failed", `There is no database ${parts.path} yet.`, { hint: START_HINT });
  }
  const store = new ReadOnlySqliteStore(parts, new SqliteConnection({ path: parts.path, isReadOnly: true }));
  try {
    await store.start();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

class ReadOnlySqliteStore implements Store {
  readonly capabilities = SQLITE_CAPABILITIES;
  readonly ids: IdSource;
  readonly db: Kysely<Database>;
  readonly #parts: SqliteParts;
  readonly #connection: SqliteConnection;
  readonly #feed: ChangeFeed;
  readonly #watch: ChangeWatch;

  constructor(parts: SqliteParts, connection: SqliteConnection) {
    const { clock, random, logger } = parts;
    this.#parts = parts;
    this.#connection = connection;
    this.ids = parts.ids;
    this.#feed = new ChangeFeed(logger);
    this.db = createSqliteReader({
      connection,
      clock,
      random,
      context: new UnitContext(),
      barrier: () => undefined,
    });
    this.#watch = new ChangeWatch({
      clock,
      readVersion: () => connection.readNumber("data_version"),
      onForeignChange: () => this.#feed.emit({ origin: "foreign", topics: null }),
      onError: (error) =>
        logger.error("The database could not be looked at for changes.", { error: describeError(error) }),
    });
  }

  async start(): Promise<void> {
    await assertReadable({
      db: this.db,
      dialect: SQLITE_SCHEMA,
      name: this.#parts.path,
      logger: this.#parts.logger,
    });
    this.#watch.start();
  }

  nowMs(): number {
    return this.#parts.clock.now();
  }

  async transaction<T>(): Promise<T> {
    throw new HandsError("store_failed", `The database ${this.#parts.path} was opened for reading only.`);
  }

  onChange(listener: (change: StoreChange) => void): () => void {
    return this.#feed.listen(listener);
  }

  async backup(path: string): Promise<void> {
    try {
      await backUpSqlite(this.#connection, path);
    } catch (error) {
      throw toSqliteStoreError(error, path);
    }
  }

  async close(): Promise<void> {
    this.#watch.stop();
    this.#connection.close();
  }
}
