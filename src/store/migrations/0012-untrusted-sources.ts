import type { Migration } from "./migration.ts";

/** Where the mark of what came from outside comes from: a remembered value, or what started an execution. */
export const untrustedSourcesMigration: Migration = {
  number: 12,
  name: "untrusted-sources",
  async up({ schema }) {
    for (const [table, column] of [
      ["hand_memory", "is_untrusted"],
      ["hand_executions", "is_input_untrusted"],
    ] as const) {
      await schema
        .alterTable(table)
        .addColumn(column, "integer", (definition) => definition.notNull().defaultTo(0))
        .execute();
    }
  },
};
