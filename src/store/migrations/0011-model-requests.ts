import { createTable } from "./create-table.ts";
import type { Migration } from "./migration.ts";

/** Requests to models whose provider has limits that hold over all processes. */
export const modelRequestsMigration: Migration = {
  number: 11,
  name: "model-requests",
  async up({ schema, types: { key } }) {
    await createTable(schema, "model_requests", {
      key: ["id"],
      required: {
        id: key,
        provider: key,
        node_id: key,
        tokens: "integer",
        asked_at: "bigint",
        lease_until: "bigint",
      },
      nullable: { started_at: "bigint" },
      indexes: {
        of_provider: { columns: ["provider", "started_at"] },
        of_node: { columns: ["node_id"] },
      },
    });
  },
};
