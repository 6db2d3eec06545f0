import { createTable } from "./create-table.ts";
import type { Migration } from "./migration.ts";

/** What the server keeps: tokens, sessions, login links, words under way; and the indexes that its lists go by. */
export const serverMigration: Migration = {
  number: 2,
  name: "server",
  async up({ schema, types: { key } }) {
    await createTable(schema, "api_tokens", {
      key: ["id"],
      required: {
        id: key,
        name: "text",
        scopes_json: "text",
        secret_hash: key,
        created_at: "bigint",
        created_by: "text",
      },
      nullable: { expires_at: "bigint", last_used_at: "bigint", revoked_at: "bigint", revoked_by: "text" },
      indexes: { by_secret: { columns: ["secret_hash"], isUnique: true } },
    });
    await createTable(schema, "sessions", {
      key: ["id"],
      required: {
        id: key,
        name: "text",
        scopes_json: "text",
        secret_hash: key,
        created_at: "bigint",
        expires_at: "bigint",
      },
      nullable: { token_id: key, ended_at: "bigint" },
      indexes: { by_secret: { columns: ["secret_hash"], isUnique: true } },
    });
    await createTable(schema, "login_links", {
      key: ["secret_hash"],
      required: { secret_hash: key, created_at: "bigint", expires_at: "bigint" },
      nullable: { used_at: "bigint" },
    });
    await createTable(schema, "partial_texts", {
      key: ["execution_id", "step_index"],
      required: {
        execution_id: key,
        step_index: "integer",
        hand_name: key,
        text: "text",
        updated_at: "bigint",
      },
    });
    for (const column of ["outcome", "status", "trigger"]) {
      await schema
        .createIndex(`hand_executions_recent_by_${column}`)
        .on("hand_executions")
        .columns([column, "created_at desc", "id desc"] as never[])
        .execute();
    }
  },
};
