import type { SchemaModule } from "kysely";
import { sql } from "kysely";
import type { ColumnType } from "./migration.ts";

/** One index of a table. */
export interface IndexDescription {
  /** Column names, with ` desc` behind those that descend. */
  readonly columns: readonly string[];
  /** Null may repeat, in every database. */
  readonly isUnique?: true;
  /** Only rows where this column is null are in the index. */
  readonly whereNull?: string;
  /** Only rows where this column has a value are in the index. */
  readonly whereNotNull?: string;
}

/** A table as a migration creates it. */
export interface TableDescription {
  readonly key: readonly string[];
  readonly required: Readonly<Record<string, ColumnType>>;
  readonly nullable?: Readonly<Record<string, ColumnType>>;
  /** By name; the table's name goes before it. */
  readonly indexes?: Readonly<Record<string, IndexDescription>>;
}

/** Creates a table and its indexes. */
export async function createTable(
  schema: SchemaModule,
  name: string,
  table: TableDescription,
): Promise<void> {
  let builder = schema.createTable(name).addPrimaryKeyConstraint(`${name}_key`, [...table.key] as never[]);
  for (const [column, type] of Object.entries(table.required)) {
    builder = builder.addColumn(column, type, (definition) => definition.notNull());
  }
  for (const [column, type] of Object.entries(table.nullable ?? {}))
    builder = builder.addColumn(column, type);
  await builder.execute();
  for (const [indexName, index] of Object.entries(table.indexes ?? {})) {
    await createIndex(schema, name, `${name}_${indexName}`, index);
  }
}

/** Creates an index under its whole name. */
export async function createIndex(
  schema: SchemaModule,
  table: string,
  name: string,
  index: IndexDescription,
): Promise<void> {
  const { columns, isUnique, whereNull, whereNotNull } = index;
  const plain = schema.createIndex(name).on(table);
  const builder = columns.reduce((soFar, column) => soFar.column(column), isUnique ? plain.unique() : plain);
  if (whereNull !== undefined) await builder.where(sql.ref(whereNull), "is", null).execute();
  else if (whereNotNull !== undefined) await builder.where(sql.ref(whereNotNull), "is not", null).execute();
  else await builder.execute();
}
