import type { Expression, SqlBool } from "kysely";
import { sql } from "kysely";
import type { Migration } from "./migration.ts";

const EXECUTIONS = "hand_executions";

interface IndexDescription {
  readonly columns: readonly string[];
  /** Default: every row. */
  readonly where?: Expression<SqlBool>;
}

/** What is looked for among executions, each under its own condition: one that goes on to its next status leaves one index and enters one. */
const BY_STATUS: Readonly<Record<string, IndexDescription>> = {
  claimable: {
    columns: ["priority desc", "created_at", "id"],
    where: sql<SqlBool>`status = 'queued'`,
  },
  leases: { columns: ["lease_until"], where: sql<SqlBool>`status = 'running'` },
  wakes: { columns: ["wake_at"], where: sql<SqlBool>`wake_at is not null` },
};

/** Lists of the newest: what is new goes to the end of its part, where no page has to be split for it, and is read from there. */
const NEWEST_LAST: Readonly<Record<string, IndexDescription>> = {
  recent: { columns: ["created_at", "id"] },
  recent_of_hand: { columns: ["hand_name", "created_at", "id"] },
  recent_by_trigger: { columns: ["trigger", "created_at", "id"] },
  recent_by_outcome: {
    columns: ["outcome", "created_at", "id"],
    where: sql<SqlBool>`outcome is not null`,
  },
  recent_by_status: {
    columns: ["status", "created_at", "id"],
    where: sql<SqlBool>`status <> 'ended'`,
  },
};

const REPLACED = ["claimable", "leases", "wakes", ...Object.keys(NEWEST_LAST)];

/** An index costs where its row changes, and most changes of an execution are those of its status. */
export const statusIndexesMigration: Migration = {
  number: 17,
  name: "status-indexes",
  async up({ schema }) {
    for (const name of REPLACED) await schema.dropIndex(`${EXECUTIONS}_${name}`).execute();
    for (const [name, { columns, where }] of Object.entries({ ...BY_STATUS, ...NEWEST_LAST })) {
      const index = schema
        .createIndex(`${EXECUTIONS}_${name}`)
        .on(EXECUTIONS)
        .columns([...columns] as never[]);
      await (where === undefined ? index : index.where(where)).execute();
    }
  },
};
