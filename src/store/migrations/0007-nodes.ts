import { createTable } from "./create-table.ts";
import type { Migration } from "./migration.ts";

/** The processes that share the store. */
export const nodesMigration: Migration = {
  number: 7,
  name: "nodes",
  async up({ schema, types: { key } }) {
    await createTable(schema, "nodes", {
      key: ["id"],
      required: {
        id: key,
        host_name: "text",
        pid: "integer",
        roles_json: "text",
        program_version: "text",
        schema_number: "integer",
        hands_dir: "text",
        started_at: "bigint",
        last_seen_at: "bigint",
        active_count: "integer",
        max_active: "integer",
      },
      nullable: {
        hands_hash: key,
        hands_json: "text",
        outdated_at: "bigint",
        stopped_at: "bigint",
      },
      indexes: { seen: { columns: ["last_seen_at"] } },
    });
  },
};
