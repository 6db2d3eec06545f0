import type { Kysely } from "kysely";
import { HandsError } from "../../core/index.ts";
import type { Database } from "../tables.ts";
import { initialMigration } from "./0001-initial.ts";
import { serverMigration } from "./0002-server.ts";
import { requestsMigration } from "./0003-requests.ts";
import { budgetsMigration } from "./0006-budgets.ts";
import { nodesMigration } from "./0007-nodes.ts";
import { retentionMigration } from "./0008-retention.ts";
import { modelRequestsMigration } from "./0011-model-requests.ts";
import { untrustedSourcesMigration } from "./0012-untrusted-sources.ts";
import { textOffsetsMigration } from "./0013-text-offsets.ts";
import { handReadingsMigration } from "./0014-hand-readings.ts";
import { eventHandsMigration } from "./0015-event-hands.ts";
import { leanIndexesMigration } from "./0016-lean-indexes.ts";
import { statusIndexesMigration } from "./0017-status-indexes.ts";
import { createTable } from "./create-table.ts";
import type { Migration, SchemaDialect } from "./migration.ts";

/** Every migration, in the order of its number. New ones go to the end. */
export const MIGRATIONS: readonly Migration[] = [
  initialMigration,
  serverMigration,
  requestsMigration,
  budgetsMigration,
  nodesMigration,
  retentionMigration,
  modelRequestsMigration,
  untrustedSourcesMigration,
  textOffsetsMigration,
  handReadingsMigration,
  eventHandsMigration,
  leanIndexesMigration,
  statusIndexesMigration,
];

export const SCHEMA_TABLE = "schema_migrations";

/** The record of the migrations that ran. */
export interface SchemaMigrationsTable {
  number: number;
  name: string;
  applied_at: number;
}

export interface RunMigrationsOptions {
  /** Inside the transaction and the lock of the caller: either every step counts or none. */
  readonly db: Kysely<Database>;
  readonly dialect: SchemaDialect;
  readonly nowMs: number;
  /** Default: all of {@link MIGRATIONS}. */
  readonly migrations?: readonly Migration[];
}

/**
 * Brings the schema to the newest number. Doing it again changes nothing. Returns the numbers that ran.
 * Throws: `store_too_new` when a newer program has been here.
 */
export async function runMigrations(options: RunMigrationsOptions): Promise<readonly number[]> {
  const { dialect, nowMs, migrations = MIGRATIONS } = options;
  const db = options.db.withTables<{ [SCHEMA_TABLE]: SchemaMigrationsTable }>();
  const current = await readSchemaNumber(options.db, dialect);
  assertNotTooNew(current, migrations);
  if (current === 0) {
    await createTable(db.schema, SCHEMA_TABLE, {
      key: ["number"],
      required: { number: "integer", name: "text", applied_at: "bigint" },
    });
  }
  const pending = migrations.filter((migration) => migration.number > current);
  for (const { number, name, up } of pending) {
    await up({ schema: db.schema, types: dialect });
    await db.insertInto(SCHEMA_TABLE).values({ number, name, applied_at: nowMs }).execute();
  }
  return pending.map((migration) => migration.number);
}

/** The number of the newest migration that ran, 0 for a database without any. */
export async function readSchemaNumber(db: Kysely<Database>, dialect: SchemaDialect): Promise<number> {
  if (!(await dialect.listTables(db)).includes(SCHEMA_TABLE)) return 0;
  const row = await db
    .withTables<{ [SCHEMA_TABLE]: SchemaMigrationsTable }>()
    .selectFrom(SCHEMA_TABLE)
    .select((expression) => expression.fn.max("number").as("number"))
    .executeTakeFirst();
  return row?.number ?? 0;
}

/** The newest number that this program knows. */
export function newestSchemaNumber(migrations: readonly Migration[] = MIGRATIONS): number {
  return migrations.at(-1)?.number ?? 0;
}

/** Throws: `store_too_new`. */
export function assertNotTooNew(current: number, migrations: readonly Migration[] = MIGRATIONS): void {
  const newest = newestSchemaNumber(migrations);
  if (current <= newest) return;
  throw new HandsError(
    "store_too_new",
    `The database has schema ${current}, and this version of the program knows schema ${newest} at most.`,
    { hint: "Install the version of hands that wrote it, or a newer one.", details: { current, newest } },
  );
}
