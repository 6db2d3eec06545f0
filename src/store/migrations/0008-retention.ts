import { createIndex } from "./create-table.ts";
import type { Migration } from "./migration.ts";

/** The indexes that lists and pruning go by where there are many millions of rows. */
export const retentionMigration: Migration = {
  number: 8,
  name: "retention",
  async up({ schema }) {
    const executions = "hand_executions";
    // Is a version still referred to?
    await createIndex(schema, executions, `${executions}_of_version`, {
      columns: ["version_hash"],
      whereNotNull: "version_hash",
    });
    // The calendar of all hands.
    await createIndex(schema, executions, `${executions}_scheduled`, {
      columns: ["scheduled_for"],
      whereNotNull: "scheduled_for",
    });
    // With the id, which is the last that a claim sorts by: a long queue is not sorted at each look.
    await schema.dropIndex(`${executions}_claimable`).execute();
    await createIndex(schema, executions, `${executions}_claimable`, {
      columns: ["status", "priority desc", "created_at", "id"],
    });
    await createIndex(schema, "approval_queue", "approval_queue_recent", {
      columns: ["created_at desc", "id desc"],
    });
  },
};
