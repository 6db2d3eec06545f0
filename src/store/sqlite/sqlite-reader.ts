import type { Kysely } from "kysely";
import type { Clock, Random } from "../../core/index.ts";
import { HandsError } from "../../core/index.ts";
import { createKysely } from "../create-kysely.ts";
import { retryTransient } from "../retry.ts";
import type { Database } from "../tables.ts";
import type { UnitContext } from "../unit-context.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { isBusy, toSqliteStoreError } from "./sqlite-errors.ts";
import { SQLITE_LANGUAGE } from "./sqlite-language.ts";
import { BUSY_LIMIT_MS } from "./sqlite-parts.ts";

export interface SqliteReaderOptions {
  readonly connection: SqliteConnection;
  readonly clock: Clock;
  readonly random: Random;
  readonly context: UnitContext;
  /** What a read waits for first, as a transaction on the same connection; undefined for nothing. */
  readonly barrier: () => Promise<void> | undefined;
}

/** The Kysely for reads outside transactions. It refuses writes, and use inside a unit of work. */
export function createSqliteReader(options: SqliteReaderOptions): Kysely<Database> {
  const { connection, clock, random, context, barrier } = options;
  return createKysely(SQLITE_LANGUAGE, async (query) => {
    context.assertOutside("`store.db`");
    if (!connection.isOpen) throw new HandsError("stopping", "The store is closed.");
    for (let wait = barrier(); wait !== undefined; wait = barrier()) await wait;
    try {
      const attempt = () => {
        if (!connection.isReading(query.sql)) throw createWriteRefusal(query.sql);
        return connection.execute<never>(query);
      };
      return await retryTransient(attempt, { clock, random, isTransient: isBusy, limitMs: BUSY_LIMIT_MS });
    } catch (error) {
      throw toSqliteStoreError(error, connection.path);
    }
  });
}

function createWriteRefusal(sql: string): HandsError {
  return new HandsError("internal", `\`store.db\` only reads, and was given: ${sql.slice(0, 80)}`, {
    hint: "Write inside `store.transaction`.",
  });
}
