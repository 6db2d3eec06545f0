import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";
import { wholeNumber } from "../number-option.ts";

export const addLogs: AddCommand = (program, act) => {
  program
    .command("logs")
    .argument("[subject]", "A hand's name, or an execution: any unique beginning or end of its id")
    .description("Show what happened: events, and of one execution its steps")
    .option("-f, --follow", "Go on with what comes, until Ctrl-C or the execution's end")
    .option("--limit <n>", "How many of the newest events", wholeNumber(1, 10_000), 50)
    .addHelpText(
      "after",
      examples(
        "hands logs",
        "hands logs sentinel --limit 10",
        "hands logs 5k2m9x7q --follow",
        "hands logs --json",
      ),
    )
    .action(
      act(async (context, subject: string | undefined, options: { follow?: true; limit: number }) => {
        const { printLogs } = await import("../print-logs.ts");
        return await printLogs(context, subject, {
          isFollowing: options.follow === true,
          limit: options.limit,
        });
      }),
    );
};
