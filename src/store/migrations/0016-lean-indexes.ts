import type { SchemaModule } from "kysely";
import { sql } from "kysely";
import { createIndex } from "./create-table.ts";
import type { Migration } from "./migration.ts";

const EXECUTIONS = "hand_executions";
const REQUESTS = "approval_queue";

/** What is looked for among executions that have not ended. */
const OF_OPEN: Readonly<Record<string, readonly string[]>> = {
  claimable: ["status", "priority desc", "created_at", "id"],
  leases: ["status", "lease_until"],
  wakes: ["status", "wake_at"],
  by_hand_status: ["hand_name", "status"],
  recent_by_status: ["status", "created_at desc", "id desc"],
};

/** Each commit writes a page of every index that a row is in, so rows are in those alone that somebody looks for them in. */
export const leanIndexesMigration: Migration = {
  number: 16,
  name: "lean-indexes",
  async up({ schema }) {
    for (const [name, columns] of Object.entries(OF_OPEN)) {
      await narrow(schema, EXECUTIONS, `${EXECUTIONS}_${name}`, columns, sql<boolean>`status <> 'ended'`);
    }
    for (const [name, column] of [
      ["one_per_fire", "scheduled_for"],
      ["one_per_event", "event_id"],
    ] as const) {
      await schema.dropIndex(`${EXECUTIONS}_${name}`).execute();
      await createIndex(schema, EXECUTIONS, `${EXECUTIONS}_${name}`, {
        columns: ["hand_name", column],
        isUnique: true,
        whereNotNull: column,
      });
    }
    await schema.dropIndex(`${EXECUTIONS}_retries`).execute();
    await createIndex(schema, EXECUTIONS, `${EXECUTIONS}_retries`, {
      columns: ["retry_of"],
      whereNotNull: "retry_of",
    });
    await schema.dropIndex("events_in_order").execute();
    await createIndex(schema, "events", "events_in_order", {
      columns: ["position"],
      isUnique: true,
      whereNotNull: "position",
    });
    for (const [name, column] of [
      ["expiring", "expires_at"],
      ["auto_approving", "auto_approve_at"],
    ] as const) {
      const condition = sql<boolean>`status = 'pending'`;
      await narrow(schema, REQUESTS, `${REQUESTS}_${name}`, ["status", column], condition);
    }
    // The same as `approval_queue_of_hand`, which is read in either direction.
    await schema.dropIndex(`${REQUESTS}_recent_by_hand`).execute();
  },
};

async function narrow(
  schema: SchemaModule,
  table: string,
  name: string,
  columns: readonly string[],
  condition: ReturnType<typeof sql<boolean>>,
): Promise<void> {
  await schema.dropIndex(name).execute();
  await schema
    .createIndex(name)
    .on(table)
    .columns([...columns] as never[])
    .where(condition)
    .execute();
}
