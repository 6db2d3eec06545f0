import { sql } from "kysely";
import type { Store } from "../store.ts";

/** How many bytes a Postgres database has on its disks, indexes and all. */
export async function readPostgresSize({ db }: Pick<Store, "db">): Promise<number> {
  const { rows } = await sql<{
    size: number;
  }>`select pg_database_size(current_database()) as size`.execute(db);
  return Number(rows[0]?.size ?? 0);
}
