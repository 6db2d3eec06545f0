import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addMigrate: AddCommand = (program, act) => {
  program
    .command("migrate")
    .description("Move everything from one database to another, and check that it is the same")
    .requiredOption("--from <database>", "sqlite:PATH or postgres://…; it takes no work from now on")
    .requiredOption("--to <database>", "An empty one, sqlite:PATH or postgres://…; it starts paused")
    .option("--abort", "Take an incomplete migration back: empty the target, free the source")
    .addHelpText(
      "after",
      `${examples(
        "hands migrate --from sqlite:data/hands.db --to postgres://hands@db.example.com/hands",
        "hands migrate --from sqlite:data/hands.db --to postgres://hands@db.example.com/hands --abort",
      )}
Stop every process on the source first. A migration that was interrupted goes on when the same command is given again.
A password is best kept out of the command: PGPASSWORD or ~/.pgpass hold it.
`,
    )
    .action(
      act(async (context, options: { from: string; to: string; abort?: true }) => {
        const { migrateStore } = await import("../migrate-store.ts");
        return await migrateStore(context, { ...options, isAbort: options.abort === true });
      }),
    );
};
