import { createTable } from "./create-table.ts";
import type { Migration } from "./migration.ts";

/** What goes through channels besides output: requests for decisions, the tokens that answer them, and notices. */
export const requestsMigration: Migration = {
  number: 3,
  name: "requests",
  async up({ schema, types: { key } }) {
    await schema.alterTable("approval_queue").addColumn("withheld_at", "bigint").execute();
    await schema
      .createIndex("approval_queue_recent_by_hand")
      .on("approval_queue")
      .columns(["hand_name", "created_at"] as never[])
      .execute();
    const sending = {
      status: key,
      attempts: "integer",
      created_at: "bigint",
    } as const;
    const leased = {
      next_attempt_at: "bigint",
      error: "text",
      lease_owner: "text",
      lease_until: "bigint",
    } as const;
    await createTable(schema, "request_messages", {
      key: ["id"],
      required: {
        id: key,
        execution_id: key,
        hand_name: key,
        channel: key,
        recipient: key,
        approval_ids_json: "text",
        shown_version: "integer",
        ...sending,
      },
      nullable: {
        reference: "text",
        tried_hash: "text",
        sent_at: "bigint",
        closed_at: "bigint",
        ...leased,
      },
      indexes: {
        of_execution: { columns: ["execution_id"] },
        open: { columns: ["created_at"], whereNull: "closed_at" },
      },
    });
    await createTable(schema, "decision_tokens", {
      key: ["token_hash"],
      required: {
        token_hash: key,
        approval_id: key,
        message_id: key,
        decision: key,
        channel: key,
        recipient: key,
        created_at: "bigint",
        expires_at: "bigint",
      },
      nullable: { used_at: "bigint", used_by: "text", used_by_name: "text" },
      indexes: { of_approval: { columns: ["approval_id"] } },
    });
    await createTable(schema, "notices", {
      key: ["id"],
      required: {
        id: key,
        notice_key: key,
        channel: key,
        kind: key,
        title: "text",
        text: "text",
        ...sending,
      },
      nullable: { hand_name: key, url: "text", completed_at: "bigint", ...leased },
      indexes: {
        once: { columns: ["notice_key", "channel"], isUnique: true },
        due: { columns: ["status", "next_attempt_at"] },
      },
    });
    await createTable(schema, "hand_troubles", {
      key: ["hand_name", "kind"],
      required: { hand_name: key, kind: key, since: "bigint", count: "integer", message: "text" },
    });
  },
};
