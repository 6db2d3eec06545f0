import type { Migration } from "./migration.ts";

/** Where in a reply the words begin that are shown of it: of a long one only the end is kept. */
export const textOffsetsMigration: Migration = {
  number: 13,
  name: "text-offsets",
  async up({ schema }) {
    await schema
      .alterTable("partial_texts")
      .addColumn("text_offset", "integer", (definition) => definition.notNull().defaultTo(0))
      .execute();
  },
};
