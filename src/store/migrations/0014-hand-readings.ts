import type { Migration } from "./migration.ts";

/** What a hand's row in the index was read from, so that a later start need not read its folder again. */
export const handReadingsMigration: Migration = {
  number: 14,
  name: "hand-readings",
  async up({ schema }) {
    await schema.alterTable("hands").addColumn("reading_json", "text").execute();
  },
};
