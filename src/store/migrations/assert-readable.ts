import type { Kysely } from "kysely";
import type { Logger } from "../../core/index.ts";
import { HandsError } from "../../core/index.ts";
import type { Database } from "../tables.ts";
import type { Migration, SchemaDialect } from "./migration.ts";
import { assertNotTooNew, MIGRATIONS, newestSchemaNumber, readSchemaNumber } from "./run-migrations.ts";

/** What to do about a database that is not there or not ready. */
export const START_HINT = "Start it once with `hands up`.";

/** A database that is to be looked at only. */
export interface ReadableDatabase {
  readonly db: Kysely<Database>;
  readonly dialect: SchemaDialect;
  /** What people call it, without a password. */
  readonly name: string;
  readonly logger: Logger;
  /** What this program knows. Default: all of {@link MIGRATIONS}. */
  readonly migrations?: readonly Migration[];
}

/**
 * Can a store that changes nothing be opened on this database? An older schema is only warned of: it may lack what a query asks
 * for, which that query then says. Throws: `store_failed` for one without our tables, `store_too_new`.
 */
export async function assertReadable({
  db,
  dialect,
  name,
  logger,
  migrations = MIGRATIONS,
}: ReadableDatabase): Promise<void> {
  const current = await readSchemaNumber(db, dialect);
  assertNotTooNew(current, migrations);
  if (current === 0) {
    const isSeed = (await dialect.listTables(db)).includes("hand_executions");
    const state = isSeed
      ? "was made by the first version of hands and has not been converted yet"
      : "is empty";
    throw new HandsError("store_failed", `The database ${name} ${state}.`, { hint: START_HINT });
  }
  const newest = newestSchemaNumber(migrations);
  if (current < newest) {
    logger.warn(
      `The database ${name} has an older schema; what is new in this version cannot be read from it.`,
      {
        current,
        newest,
      },
    );
  }
}
