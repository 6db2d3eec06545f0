import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from "kysely";
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { HandsError } from "../../core/index.ts";
import type { Database } from "../tables.ts";

type Execute = <R>(query: CompiledQuery) => Promise<QueryResult<R>>;

/** A Kysely over one function. It opens, begins and closes nothing: the store does. */
export function createSqliteKysely(execute: Execute): Kysely<Database> {
  return new Kysely<Database>({ dialect: createDialect(execute) });
}

function createDialect(execute: Execute): Dialect {
  const connection: DatabaseConnection = {
    executeQuery: execute,
    // biome-ignore lint/correctness/useYield: the interface wants a generator, and this one refuses.
    async *streamQuery() {
      throw new HandsError("internal", "Queries are not streamed; read in pages.");
    },
  };
  const refuse = async () => {
    throw new HandsError("internal", "Transactions begin with `store.transaction`.");
  };
  const driver: Driver = {
    async init() {},
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    async releaseConnection() {},
    async destroy() {},
  };
  return {
    createDriver: () => driver,
    createAdapter: () => new SharedConnectionAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** A connection whose queries end before they return needs no lock around each. */
class SharedConnectionAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
