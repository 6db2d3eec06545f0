import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Logger } from "../../core/index.ts";
import { appendEvent } from "../events.ts";
import type { StoreTransaction } from "../store.ts";
import type { Database } from "../tables.ts";
import type { SchemaDialect } from "./migration.ts";
import { readSchemaNumber } from "./run-migrations.ts";
import type { SeedConversion, SeedRow } from "./seed-rows.ts";
import {
  convertSeedApproval,
  convertSeedExecution,
  convertSeedHand,
  summariseSeedHand,
} from "./seed-rows.ts";

const SEED_TABLES = ["hands", "hand_executions", "approval_queue"] as const;
type SeedTable = (typeof SEED_TABLES)[number];

/** The seed's rows, taken out of a database that now has room for our tables. */
export type SeedRows = Readonly<Record<SeedTable, readonly SeedRow[]>>;

/** Was this database made by the seed, and by nothing newer? */
export async function isSeedDatabase(db: Kysely<Database>, dialect: SchemaDialect): Promise<boolean> {
  if ((await readSchemaNumber(db, dialect)) > 0) return false;
  return (await findSeedTables(db, dialect)).length > 0;
}

/** Reads the seed's tables and drops them, inside the transaction that goes on to {@link insertSeedRows}. */
export async function takeSeedRows({ db }: StoreTransaction, dialect: SchemaDialect): Promise<SeedRows> {
  const rows: Record<SeedTable, readonly SeedRow[]> = { hands: [], hand_executions: [], approval_queue: [] };
  for (const table of await findSeedTables(db, dialect)) {
    const result = await sql<SeedRow>`select * from ${sql.table(table)}`.execute(db);
    rows[table] = result.rows;
    await db.schema.dropTable(table).execute();
  }
  return rows;
}

/** Writes what the seed had in today's form. An instant that cannot be read becomes null and is reported. */
export async function insertSeedRows(
  transaction: StoreTransaction,
  rows: SeedRows,
  logger: Logger,
): Promise<void> {
  const { db, nowMs } = transaction;
  let unreadableCount = 0;
  const conversion: SeedConversion = {
    nowMs,
    reportUnreadable(place) {
      unreadableCount += 1;
      logger.warn("An instant of the old database cannot be read and was left out.", place);
    },
  };
  const hands = rows.hands.map((row) => convertSeedHand(row, conversion));
  const executions = rows.hand_executions.map((row) => convertSeedExecution(row, conversion));
  const executionOfApproval = new Map(executions.map(({ id, approval_id }) => [approval_id, id]));
  const approvals = rows.approval_queue.map((row) =>
    convertSeedApproval(row, executionOfApproval.get(String(row["id"])) ?? null, conversion),
  );

  for (const hand of hands) await db.insertInto("hands").values(hand).execute();
  for (const { name } of hands) {
    await db.insertInto("hand_states").values(summariseSeedHand(name, executions)).execute();
  }
  for (const execution of executions) await db.insertInto("hand_executions").values(execution).execute();
  for (const approval of approvals) await db.insertInto("approval_queue").values(approval).execute();

  const counts = {
    hands: hands.length,
    executions: executions.length,
    approvals: approvals.length,
    unreadableInstants: unreadableCount,
  };
  await appendEvent(transaction, { type: "store.adopted", data: counts, isAudited: true });
  transaction.onCommit(() => logger.info("A database of the first version was converted.", counts));
}

async function findSeedTables(db: Kysely<Database>, dialect: SchemaDialect): Promise<readonly SeedTable[]> {
  const tables = await dialect.listTables(db);
  return SEED_TABLES.filter((table) => tables.includes(table));
}
