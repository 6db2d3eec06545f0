import type { Expression, Kysely, SchemaModule } from "kysely";
import type { Database } from "../tables.ts";

/** The type of a column, in words that every database knows, or spelt for one of them. */
export type ColumnType = "text" | "integer" | "bigint" | "double precision" | Expression<unknown>;

/** What databases do differently where their schema is concerned. */
export interface SchemaDialect {
  /** Text that is compared and sorted by its bytes, so that order and equality are the same in every database. */
  readonly key: ColumnType;
  /** The names of the tables that a query without a schema's name reaches. */
  listTables(db: Kysely<Database>): Promise<readonly string[]>;
}

/** What a migration works with. */
export interface MigrationContext {
  readonly schema: SchemaModule;
  readonly types: Pick<SchemaDialect, "key">;
}

/** One step of the schema. Once released it is never changed: the next change is the next number. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  up(context: MigrationContext): Promise<void>;
}
