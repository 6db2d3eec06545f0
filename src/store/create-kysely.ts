import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from "kysely";
import { Kysely } from "kysely";
import { HandsError } from "../core/index.ts";
import type { Database } from "./tables.ts";

/** Runs one query on whatever connection is right for it. */
export type ExecuteQuery = <R>(query: CompiledQuery) => Promise<QueryResult<R>>;

/** How a database writes its queries. */
export type QueryLanguage = Pick<Dialect, "createAdapter" | "createIntrospector" | "createQueryCompiler">;

/** A Kysely over one function. It opens, begins and closes nothing: the store does. */
export function createKysely(language: QueryLanguage, execute: ExecuteQuery): Kysely<Database> {
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
  return new Kysely<Database>({ dialect: { ...language, createDriver: () => driver } });
}
