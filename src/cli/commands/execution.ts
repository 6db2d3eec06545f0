import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addExecution: AddCommand = (program, act) => {
  const execution = program.command("execution").description("Show, cancel or retry one execution");
  execution
    .command("show")
    .argument("<id>", "Any unique beginning or end of its id")
    .description("Show an execution with its steps and deliveries")
    .addHelpText(
      "after",
      examples("hands execution show 5k2m9x7q", "hands execution show 5k2m9x7q --json | jq .steps"),
    )
    .action(
      act(async (context, id: string) => {
        const { showExecution } = await import("../show-execution.ts");
        return await showExecution(context, id);
      }),
    );
  execution
    .command("cancel")
    .argument("<id>", "Any unique beginning or end of its id")
    .description("End an execution, wherever it runs or waits")
    .addHelpText("after", examples("hands execution cancel 5k2m9x7q"))
    .action(
      act(async (context, id: string) => {
        const { cancelExecution } = await import("../change-execution.ts");
        return await cancelExecution(context, id);
      }),
    );
  execution
    .command("retry")
    .argument("<id>", "Any unique beginning or end of its id")
    .description(
      "Run an ended execution's hand again with the same input, after listing the effects that would repeat",
    )
    .option("--yes", "Do not ask")
    .addHelpText("after", examples("hands execution retry 5k2m9x7q", "hands execution retry 5k2m9x7q --yes"))
    .action(
      act(async (context, id: string, options: { yes?: true }) => {
        const { retryExecution } = await import("../change-execution.ts");
        return await retryExecution(context, id, options.yes === true);
      }),
    );
};
