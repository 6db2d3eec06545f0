import type { AddCommand } from "../command-context.ts";
import { examples, say, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

export const addBackup: AddCommand = (program, act) => {
  program
    .command("backup")
    .argument("<path>", "File to write; it must not exist")
    .description("Copy the database to a file, while others go on using it")
    .addHelpText("after", examples("hands backup backups/hands-today.db"))
    .action(
      act(async (context, path: string) => {
        const { resolve } = await import("node:path");
        const { HandsError } = await import("../../core/index.ts");
        const { describeDatabase, hasDatabase, loadProject, openForReading } = await import("../project.ts");
        const { config } = await loadProject(context);
        if (!hasDatabase(config)) {
          throw new HandsError(
            "store_failed",
            `there is no database ${config.db} yet, so there is nothing to copy`,
          );
        }
        const target = resolve(context.cwd, path);
        const store = await openForReading(context, config);
        try {
          await store.backup(target);
        } finally {
          await store.close();
        }
        if (context.isJson) writeJson(context, { path: target });
        else context.terminal.out.write(`${target}\n`);
        say(context, `Copied ${describeDatabase(config.db)}, whole and checked.`);
        return EXIT.ok;
      }),
    );
};
