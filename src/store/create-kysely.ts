import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from "kysely";
import { DefaultConnectionProvider, DefaultQueryExecutor, Kysely } from "kysely";
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
  const driver: Driver = { ...IDLE_DRIVER, acquireConnection: async () => connection };
  const dialect: Dialect = { ...language, createDriver: () => driver };
  const executor = new DirectExecutor(language, driver, execute);
  return new Kysely<Database>({ config: { dialect }, dialect, driver, executor });
}

/** Hands a query over as it is: every transaction has a Kysely of its own, so there is no connection to ask for first. */
class DirectExecutor extends DefaultQueryExecutor {
  readonly #execute: ExecuteQuery;

  constructor(language: QueryLanguage, driver: Driver, execute: ExecuteQuery) {
    super(language.createQueryCompiler(), language.createAdapter(), new DefaultConnectionProvider(driver));
    this.#execute = execute;
  }

  override executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#execute<R>(query);
  }
}

const refuse = async () => {
  throw new HandsError("internal", "Transactions begin with `store.transaction`.");
};

const IDLE_DRIVER: Omit<Driver, "acquireConnection"> = {
  async init() {},
  beginTransaction: refuse,
  commitTransaction: refuse,
  rollbackTransaction: refuse,
  async releaseConnection() {},
  async destroy() {},
};
