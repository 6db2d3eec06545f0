import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";
import type { QueryLanguage } from "../create-kysely.ts";
import type { SchemaDialect } from "../migrations/migration.ts";
import type { StoreCapabilities } from "../store.ts";

const ADAPTER = new PostgresAdapter();
const COMPILER = new PostgresQueryCompiler();

/** How Postgres writes its queries. Every transaction shares what holds nothing of its own. */
export const POSTGRES_LANGUAGE: QueryLanguage = {
  createAdapter: () => ADAPTER,
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => COMPILER,
};

/** Transactions run side by side, on any number of machines. */
export const POSTGRES_CAPABILITIES: StoreCapabilities = { locksRows: true, isShared: true };

/** Postgres sorts by the language of the database, unless it is told to sort by bytes. */
export const POSTGRES_SCHEMA: SchemaDialect = {
  key: sql`text collate "C"`,
  async listTables(db) {
    const result = await sql<{ name: string }>`
      select tablename as name from pg_catalog.pg_tables where schemaname = current_schema()
    `.execute(db);
    return result.rows.map(({ name }) => name);
  },
};
