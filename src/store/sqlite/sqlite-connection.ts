import BetterSqlite3 from "better-sqlite3";
import type { CompiledQuery, QueryResult } from "kysely";

/** Preparing costs more than running; a list of varying length makes a new text each time, so the cache has a bound. */
const CACHED_STATEMENTS = 500;
/** How long SQLite itself waits for a lock, with the event loop standing still; longer waits are asynchronous. */
const BUSY_TIMEOUT_MS = 5;

export interface SqliteConnectionOptions {
  readonly path: string;
  readonly isReadOnly: boolean;
}

/** One connection: synchronous, with its prepared statements kept by their text. */
export class SqliteConnection {
  readonly path: string;
  readonly database: BetterSqlite3.Database;
  readonly #statements = new Map<string, BetterSqlite3.Statement<unknown[], unknown>>();

  constructor({ path, isReadOnly }: SqliteConnectionOptions) {
    this.path = path;
    this.database = new BetterSqlite3(path, {
      readonly: isReadOnly,
      fileMustExist: isReadOnly,
      timeout: BUSY_TIMEOUT_MS,
    });
    // Savepoints, sorting and RETURNING have tables of their own for a moment: opening a file for each costs more than their work.
    this.database.pragma("temp_store = MEMORY");
  }

  get isOpen(): boolean {
    return this.database.open;
  }

  get isInTransaction(): boolean {
    return this.database.inTransaction;
  }

  /** Does this statement leave the database as it is? */
  isReading(sql: string): boolean {
    return this.#prepare(sql).readonly;
  }

  execute<R>(query: Pick<CompiledQuery, "sql" | "parameters">): QueryResult<R> {
    const statement = this.#prepare(query.sql);
    if (statement.reader) return { rows: statement.all(...query.parameters) as R[] };
    const { changes, lastInsertRowid } = statement.run(...query.parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  run(sql: string): void {
    this.#prepare(sql).run();
  }

  readNumber(pragma: string): number {
    return Number(this.database.pragma(pragma, { simple: true }));
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }

  #prepare(sql: string): BetterSqlite3.Statement<unknown[], unknown> {
    const cached = this.#statements.get(sql);
    if (cached !== undefined) {
      this.#statements.delete(sql);
      this.#statements.set(sql, cached);
      return cached;
    }
    const statement = this.database.prepare<unknown[], unknown>(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > CACHED_STATEMENTS) {
      const oldest = this.#statements.keys().next();
      if (!oldest.done) this.#statements.delete(oldest.value);
    }
    return statement;
  }
}
