import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Clock, ClockTimer, IdSource, Logger, Random } from "../../core/index.ts";
import { createIdSource, describeError, HandsError, systemRandom } from "../../core/index.ts";
import { ChangeFeed } from "../change-feed.ts";
import { createKysely } from "../create-kysely.ts";
import { assertReadable } from "../migrations/assert-readable.ts";
import { newestSchemaNumber, readSchemaNumber, runMigrations } from "../migrations/run-migrations.ts";
import { retryTransient } from "../retry.ts";
import type { Store, StoreChange, StoreTransaction } from "../store.ts";
import type { Database } from "../tables.ts";
import { UnitContext } from "../unit-context.ts";
import { DatabaseClock } from "./database-clock.ts";
import { nameChannel, readNotification } from "./notification.ts";
import { NotificationListener } from "./notification-listener.ts";
import { NotificationSender } from "./notification-sender.ts";
import { parsePostgresAddress } from "./postgres-address.ts";
import { isTransient, toPostgresStoreError } from "./postgres-errors.ts";
import { POSTGRES_CAPABILITIES, POSTGRES_LANGUAGE, POSTGRES_SCHEMA } from "./postgres-language.ts";
import type { PostgresParts } from "./postgres-parts.ts";
import { PostgresPool } from "./postgres-pool.ts";
import { attemptTransaction } from "./postgres-transaction.ts";

const DEFAULT_POOL_SIZE = 10;
const RETRY_LIMIT_MS = 10_000;
const MEASURE_EVERY_MS = 20_000;
const LOOK_EVERY_MS = 1_000;
/** Any number that nothing else locks; the schema is the second half of the lock. */
const MIGRATION_LOCK = 20_797;

export interface OpenPostgresOptions {
  /** `postgres://…`; with `hands_listen=false` where a pool in transaction mode is between. */
  readonly url: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ids?: IdSource;
  readonly random?: Random;
  /** Connections at most, besides the one that listens. Default: 10. */
  readonly poolSize?: number;
  /** Leaves the schema as it is and refuses transactions. Default: false. */
  readonly readOnly?: boolean;
}

/** Opens a Postgres database, and brings its schema up to date. Throws: `store_failed`, `store_too_new`. */
export async function openPostgresStore(options: OpenPostgresOptions): Promise<Store> {
  const { clock, logger, random = systemRandom, ids = createIdSource(clock, random) } = options;
  const address = parsePostgresAddress(options.url);
  const pool = new PostgresPool({ address, logger, poolSize: options.poolSize ?? DEFAULT_POOL_SIZE });
  const store = new PostgresStore({ address, clock, logger, ids, random }, pool, options.readOnly === true);
  try {
    await store.start();
    return store;
  } catch (error) {
    await store.close();
    throw toPostgresStoreError(error, pool.databaseName);
  }
}

/** One process's access to a Postgres database. */
class PostgresStore implements Store {
  readonly capabilities = POSTGRES_CAPABILITIES;
  readonly ids: IdSource;
  readonly db: Kysely<Database>;
  readonly #parts: PostgresParts;
  readonly #pool: PostgresPool;
  readonly #isReadOnly: boolean;
  readonly #storeId: string;
  readonly #context = new UnitContext();
  readonly #feed: ChangeFeed;
  readonly #databaseClock: DatabaseClock;
  readonly #sender: NotificationSender;
  readonly #running = new Set<Promise<unknown>>();
  #channel = "";
  #listener: NotificationListener | undefined;
  #measureTimer: ClockTimer | undefined;
  #lookTimer: ClockTimer | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: PostgresParts, pool: PostgresPool, isReadOnly: boolean) {
    this.#parts = parts;
    this.#pool = pool;
    this.#isReadOnly = isReadOnly;
    this.ids = parts.ids;
    this.#storeId = parts.ids.next();
    this.#feed = new ChangeFeed(parts.logger);
    this.#databaseClock = new DatabaseClock(parts.clock, () => this.#askForInstant());
    this.#sender = new NotificationSender({
      ...parts,
      pool,
      storeId: this.#storeId,
      channel: () => this.#channel,
    });
    this.db = createKysely(POSTGRES_LANGUAGE, async (query) => {
      this.#context.assertOutside("`store.db`");
      if (this.#closing !== undefined) throw new HandsError("stopping", "The store is closed.");
      try {
        return await this.#retry(() => this.#pool.execute(query));
      } catch (error) {
        throw toPostgresStoreError(error, this.#pool.databaseName);
      }
    });
  }

  async start(): Promise<void> {
    await this.#databaseClock.measure();
    this.#channel = nameChannel(await this.#readSchemaName());
    if (this.#isReadOnly)
      await assertReadable({
        db: this.db,
        dialect: POSTGRES_SCHEMA,
        name: this.#pool.databaseName,
        logger: this.#parts.logger,
      });
    else if ((await readSchemaNumber(this.db, POSTGRES_SCHEMA)) !== newestSchemaNumber())
      await this.#migrate();
    if (this.#parts.address.hasSessions) await this.#listen();
    else this.#lookInstead();
    this.#scheduleMeasuring();
  }

  nowMs(): number {
    return this.#databaseClock.nowMs();
  }

  async transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
    this.#context.assertOutside("`store.transaction`");
    if (this.#closing !== undefined) throw new HandsError("stopping", "The store is closed.");
    if (this.#isReadOnly) {
      throw new HandsError(
        "store_failed",
        `The database ${this.#pool.databaseName} was opened for reading only.`,
      );
    }
    const running = this.#retry(() => this.#attempt(work));
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw toPostgresStoreError(error, this.#pool.databaseName);
    } finally {
      this.#running.delete(running);
    }
  }

  onChange(listener: (change: StoreChange) => void): () => void {
    return this.#feed.listen(listener);
  }

  async backup(): Promise<void> {
    throw new HandsError("invalid_argument", "A Postgres database is not backed up from here.", {
      hint: "Use pg_dump, or the backups of your Postgres service.",
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#measureTimer?.cancel();
    this.#lookTimer?.cancel();
    await Promise.allSettled(this.#running);
    await this.#sender.stop();
    await this.#listener?.stop();
    await this.#pool.close();
  }

  async #attempt<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
    await this.#databaseClock.refresh();
    return attemptTransaction(
      {
        ...this.#parts,
        pool: this.#pool,
        context: this.#context,
        feed: this.#feed,
        storeId: this.#storeId,
        channel: this.#channel,
        sender: this.#sender,
        hasSessions: this.#parts.address.hasSessions,
        nowMs: () => this.nowMs(),
      },
      work,
    );
  }

  #retry<T>(attempt: () => Promise<T>): Promise<T> {
    const { clock, random } = this.#parts;
    return retryTransient(attempt, { clock, random, isTransient, limitMs: RETRY_LIMIT_MS });
  }

  /** One process after the other: those that waited find nothing left to do. */
  async #migrate(): Promise<void> {
    await this.transaction(async ({ db, nowMs }) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)}, hashtext(current_schema()))`.execute(
        db,
      );
      await runMigrations({ db, dialect: POSTGRES_SCHEMA, nowMs });
    });
  }

  async #listen(): Promise<void> {
    const { address, clock, logger } = this.#parts;
    this.#listener = new NotificationListener({
      url: address.url,
      clock,
      logger,
      channel: this.#channel,
      onPayload: (payload) => {
        const { storeId, topics } = readNotification(payload);
        if (storeId !== this.#storeId) this.#feed.emit({ origin: "foreign", topics });
      },
      onGap: () => this.#feed.emit({ origin: "foreign", topics: null }),
    });
    await this.#listener.start();
  }

  /** Nobody tells what others commit, so everybody is told to look. */
  #lookInstead(): void {
    this.#parts.logger.info(
      "The database sends no notifications (hands_listen=false): what other processes do is looked for every second.",
    );
    const look = () => {
      this.#lookTimer = this.#parts.clock.setTimer(LOOK_EVERY_MS, look);
      this.#feed.emit({ origin: "foreign", topics: null });
    };
    this.#lookTimer = this.#parts.clock.setTimer(LOOK_EVERY_MS, look);
  }

  #scheduleMeasuring(): void {
    this.#measureTimer = this.#parts.clock.setTimer(MEASURE_EVERY_MS, () => {
      this.#scheduleMeasuring();
      this.#databaseClock.measure().catch((error: unknown) => {
        this.#parts.logger.warn("The clock of the database could not be read.", {
          error: describeError(error),
        });
      });
    });
  }

  async #askForInstant(): Promise<number> {
    const query = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::double precision AS instant";
    const { rows } = await this.#pool.execute<{ instant: number }>({ sql: query, parameters: [] });
    return rows[0]?.instant ?? this.#parts.clock.now();
  }

  async #readSchemaName(): Promise<string> {
    const { rows } = await this.#pool.execute<{ name: string | null }>({
      sql: "SELECT current_schema() AS name",
      parameters: [],
    });
    return rows[0]?.name ?? "";
  }
}
