import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";
import type { QueryLanguage } from "../create-kysely.ts";
import type { SchemaDialect } from "../migrations/migration.ts";

/** A connection whose queries end before they return needs no lock around each. */
class UnlockedSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

const ADAPTER = new UnlockedSqliteAdapter();
const COMPILER = new SqliteQueryCompiler();

/** How SQLite writes its queries. Every transaction shares what holds nothing of its own. */
export const SQLITE_LANGUAGE: QueryLanguage = {
  createAdapter: () => ADAPTER,
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => COMPILER,
};

/** SQLite compares text by its bytes anyway. */
export const SQLITE_SCHEMA: SchemaDialect = {
  key: "text",
  async listTables(db) {
    const result = await sql<{ name: string }>`select name from sqlite_schema where type = 'table'`.execute(
      db,
    );
    return result.rows.map(({ name }) => name);
  },
};
