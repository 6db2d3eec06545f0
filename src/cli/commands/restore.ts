import type { AddCommand } from "../command-context.ts";
import { examples, say, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

export const addRestore: AddCommand = (program, act) => {
  program
    .command("restore")
    .argument("<backup>", "File that `hands backup` wrote; it stays as it is")
    .description("Put a backup where the database belongs; everything starts paused there")
    .option("--replace", "Keep the database that is there beside it, as FILE.replaced")
    .addHelpText(
      "after",
      examples(
        "hands restore backups/hands-today.db --replace",
        "hands restore backups/hands-today.db --db elsewhere/hands.db",
      ),
    )
    .action(
      act(async (context, path: string, options: { replace?: true }) => {
        const { resolve } = await import("node:path");
        const { HandsError, silentLogger } = await import("../../core/index.ts");
        const { restoreStore } = await import("../../store/index.ts");
        const { isPostgres, loadProject } = await import("../project.ts");
        const { config } = await loadProject(context);
        if (isPostgres(config.db)) {
          throw new HandsError("invalid_argument", "a Postgres database is not restored from a file", {
            hint: "Use its own tools, or give --db FILE.",
          });
        }
        const replaced = await restoreStore({
          backup: resolve(context.cwd, path),
          path: config.db,
          isReplacing: options.replace === true,
          clock: context.clock,
          logger: silentLogger,
        });
        if (context.isJson) writeJson(context, { path: config.db, replaced });
        else context.terminal.out.write(`${config.db}\n`);
        if (replaced !== null) say(context, `What was there is ${replaced} now.`);
        say(
          context,
          "Restored, whole and checked. The first start pauses everything and asks about what was under way: `hands up`, `hands approvals`, then `hands resume --all`.",
        );
        return EXIT.ok;
      }),
    );
};
