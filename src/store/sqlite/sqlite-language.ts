import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";
import type { QueryLanguage } from "../create-kysely.ts";
import type { SchemaDialect } from "../migrations/migration.ts";

/** How SQLite writes its queries. */
export const SQLITE_LANGUAGE: QueryLanguage = {
  createAdapter: () => new UnlockedSqliteAdapter(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
};

/** A connection whose queries end before they return needs no lock around each. */
class UnlockedSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

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
