import type { Expression, SchemaModule } from "kysely";

/** The type of a column, in words that every database knows, or spelt for one of them. */
export type ColumnType = "text" | "integer" | "bigint" | "double precision" | Expression<unknown>;

/** The column types, with the one that databases spell differently. */
export interface ColumnTypes {
  /** Text that is compared and sorted by its bytes, so that order and equality are the same in every database. */
  readonly key: ColumnType;
}

/** What a migration works with. */
export interface MigrationContext {
  readonly schema: SchemaModule;
  readonly types: ColumnTypes;
}

/** One step of the schema. Once released it is never changed: the next change is the next number. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  up(context: MigrationContext): Promise<void>;
}
