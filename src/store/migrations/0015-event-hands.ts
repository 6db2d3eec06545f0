import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** The hands that may wait for events, few among many: each end of an execution looks for them. */
export const eventHandsMigration: Migration = {
  number: 15,
  name: "event-hands",
  async up({ schema }) {
    await schema
      .createIndex("hands_of_events")
      .on("hands")
      .column("name")
      .where(sql<boolean>`config_json like '%"events":["%'`)
      .execute();
  },
};
