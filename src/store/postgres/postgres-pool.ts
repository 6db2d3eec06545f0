import type { CompiledQuery, QueryResult } from "kysely";
import pg from "pg";
import type { Logger } from "../../core/index.ts";
import { describeError } from "../../core/index.ts";
import type { PostgresAddress } from "./postgres-address.ts";
import { hasStalePlan } from "./postgres-errors.ts";
import { PreparedStatements } from "./prepared-statements.ts";

const INT8 = 20;
const NUMERIC = 1700;
const CONNECTION_TIMEOUT_MS = 5_000;
/** The server lets go of the locks of a process that froze inside a transaction. */
export const IDLE_IN_TRANSACTION_TIMEOUT = "15s";

export interface PostgresPoolOptions {
  readonly address: PostgresAddress;
  readonly poolSize: number;
  readonly logger: Logger;
}

/** Connections to one database. Outside explicit transactions they refuse to write, where a connection keeps its settings. */
export class PostgresPool {
  /** Host, port and name, without the password. */
  readonly databaseName: string;
  readonly #pool: pg.Pool;
  /** Undefined where a connection keeps nothing between transactions. */
  readonly #statements: PreparedStatements | undefined;
  #isClosed = false;

  constructor({ address, poolSize, logger }: PostgresPoolOptions) {
    const { url, hasSessions } = address;
    this.databaseName = describeDatabase(url);
    this.#statements = hasSessions ? new PreparedStatements() : undefined;
    this.#pool = new pg.Pool({
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      keepAlive: true,
      allowExitOnIdle: true,
      // A statement is sent without waiting for the answer to the one before.
      pipeline: hasSessions,
      types: { getTypeParser },
      onConnect: async (client) => {
        // A pool in transaction mode would hand our settings on to whoever is lent the connection next.
        if (!hasSessions) return;
        await client.query(
          `SET default_transaction_read_only = on; SET idle_in_transaction_session_timeout = '${IDLE_IN_TRANSACTION_TIMEOUT}'`,
        );
      },
    });
    this.#pool.on("error", (error) => {
      if (this.#isClosed) return;
      logger.warn("A connection to the database was lost while nothing used it.", {
        error: describeError(error),
      });
    });
  }

  /** Lends a connection; give it back with `release`. */
  async connect(): Promise<PostgresClient> {
    return new PostgresClient(await this.#pool.connect(), this.#statements);
  }

  /** One statement on any connection. */
  async execute<R>(query: Pick<CompiledQuery, "sql" | "parameters">): Promise<QueryResult<R>> {
    const client = await this.connect();
    try {
      const result = await client.execute<R>(query);
      client.release();
      return result;
    } catch (error) {
      client.release();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool.end();
  }
}

/** One lent connection. Its queries run one after the other, in the order they were asked for. */
export class PostgresClient {
  readonly #client: pg.PoolClient;
  readonly #statements: PreparedStatements | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #pendingCount = 0;
  #isGathering = false;
  #isBroken = false;

  constructor(client: pg.PoolClient, statements: PreparedStatements | undefined) {
    this.#client = client;
    this.#statements = statements;
    client.on("error", this.#markBroken);
  }

  get isQuerying(): boolean {
    return this.#pendingCount > 0;
  }

  async execute<R>(query: Pick<CompiledQuery, "sql" | "parameters">): Promise<QueryResult<R>> {
    const name = this.#statements?.nameOf(query);
    return toQueryResult<R>(
      await this.#query({
        text: query.sql,
        values: query.parameters.map(withoutNul),
        ...(name === undefined ? {} : { name }),
      }),
    );
  }

  /** Returns what the statement came to, in Postgres' word: a `COMMIT` after a failed query comes to a `ROLLBACK`. */
  async run(sql: string): Promise<string> {
    return (await this.#query({ text: sql })).command;
  }

  /** A connection that is broken, or whose transaction could not be ended, is not given to anybody again. */
  release(options: { readonly isUsable: boolean } = { isUsable: true }): void {
    this.#client.off("error", this.#markBroken);
    this.#client.release(this.#isBroken || !options.isUsable);
  }

  async #query(query: pg.QueryConfig): Promise<pg.QueryResult> {
    this.#pendingCount += 1;
    try {
      return await this.#send(query);
    } catch (error) {
      if (hasStalePlan(error)) this.#statements?.renew();
      throw error;
    } finally {
      this.#pendingCount -= 1;
    }
  }

  /** The driver wants to be asked for one at a time where it may not send ahead. */
  #send(query: pg.QueryConfig): Promise<pg.QueryResult> {
    if (this.#client.pipeline) {
      this.#gather();
      return this.#client.query(query);
    }
    const running = this.#last.then(() => this.#client.query(query));
    this.#last = running.catch(() => {});
    return running;
  }

  /** What is asked for before the next answer can come leaves in one write: each costs both sides more than most statements. */
  #gather(): void {
    if (this.#isGathering) return;
    const { stream } = this.#client.connection;
    this.#isGathering = true;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  readonly #markBroken = (): void => {
    this.#isBroken = true;
  };
}

/** A connection of its own that listens; it ends at the first error. */
export async function connectListener(
  url: string,
  channel: string,
  handlers: { readonly onPayload: (payload: string) => void; readonly onEnd: () => void },
): Promise<{ ping(): Promise<void>; end(): Promise<void> }> {
  const client = new pg.Client({
    connectionString: url,
    keepAlive: true,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    query_timeout: CONNECTION_TIMEOUT_MS,
  });
  client.on("error", () => void client.end().catch(() => {}));
  client.on("notification", ({ payload }) => handlers.onPayload(payload ?? ""));
  client.on("end", handlers.onEnd);
  await client.connect();
  await client.query(`LISTEN ${channel}`);
  return {
    async ping() {
      await client.query("SELECT 1");
    },
    end: () => client.end(),
  };
}

/** Instants and counts fit a number; the driver would give texts, and must not be told otherwise for the whole process. */
function getTypeParser(
  ...[oid, format]: Parameters<typeof pg.types.getTypeParser>
): (value: string) => unknown {
  if (Number(oid) === INT8 || Number(oid) === NUMERIC) return Number;
  return pg.types.getTypeParser(oid, format);
}

/** Postgres has no text with a zero character in it, and what tools print may have one. */
function withoutNul(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
}

function toQueryResult<R>({ command, rowCount, rows }: pg.QueryResult): QueryResult<R> {
  const isWrite = ["INSERT", "UPDATE", "DELETE", "MERGE"].includes(command);
  return { rows, ...(isWrite ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) };
}

function describeDatabase(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed === undefined ? "postgres" : `${parsed.host}${parsed.pathname}`;
}
