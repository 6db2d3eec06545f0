import type { Migration } from "./migration.ts";

/** What a day cost is summed from the steps that cost something, before each question to a model. */
export const budgetsMigration: Migration = {
  number: 6,
  name: "budgets",
  async up({ schema }) {
    await schema
      .createIndex("execution_steps_costs")
      .on("execution_steps")
      .column("completed_at")
      .where("cost_usd" as never, "is not", null)
      .execute();
  },
};
