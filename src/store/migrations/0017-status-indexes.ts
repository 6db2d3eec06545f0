import type { Expression, SqlBool } from "kysely";
import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const EXECUTIONS = "hand_executions";

interface PartialIndex {
  readonly columns: readonly string[];
  readonly where: Expression<SqlBool>;
}

/** What is looked for among executions, each under its own condition: one that goes on to its next status leaves one index and enters one. */
const INDEXES: Readonly<Record<string, PartialIndex>> = {
  claimable: {
    columns: ["priority desc", "created_at", "id"],
    where: sql<SqlBool>`status = 'queued'`,
  },
  leases: { columns: ["lease_until"], where: sql<SqlBool>`status = 'running'` },
  wakes: { columns: ["wake_at"], where: sql<SqlBool>`wake_at is not null` },
  open_of_hand: { columns: ["hand_name"], where: sql<SqlBool>`status <> 'ended'` },
  recent_by_outcome: {
    columns: ["outcome", "created_at desc", "id desc"],
    where: sql<SqlBool>`outcome is not null`,
  },
};

const REPLACED = ["claimable", "leases", "wakes", "by_hand_status", "recent_by_outcome"];

/** An index costs where its row changes, and most changes of an execution are those of its status. */
export const statusIndexesMigration: Migration = {
  number: 17,
  name: "status-indexes",
  async up({ schema }) {
    for (const name of REPLACED) await schema.dropIndex(`${EXECUTIONS}_${name}`).execute();
    for (const [name, { columns, where }] of Object.entries(INDEXES)) {
      await schema
        .createIndex(`${EXECUTIONS}_${name}`)
        .on(EXECUTIONS)
        .columns([...columns] as never[])
        .where(where)
        .execute();
    }
  },
};
