import type { AddCommand } from "../command-context.ts";
import { examples, say, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { wholeNumber } from "../number-option.ts";

export const addExecutions: AddCommand = (program, act) => {
  program
    .command("executions")
    .argument("[name]", "Only those of this hand")
    .description("List executions, newest first")
    .option("--limit <n>", "How many at most", wholeNumber(1, 1000), 20)
    .addHelpText("after", examples("hands executions", "hands executions sentinel --limit 5 --json"))
    .action(
      act(async (context, name: string | undefined, options: { limit: number }) => {
        const { loadProject, openForReading } = await import("../project.ts");
        const { listExecutions, toExecutionJson } = await import("../../store/index.ts");
        const { formatExecutionsTable } = await import("../format-executions.ts");
        const { config } = await loadProject(context);
        const store = await openForReading(context, config);
        try {
          const filter = { limit: options.limit, ...(name === undefined ? {} : { handName: name }) };
          const rows = await listExecutions(store, filter);
          const executions = rows.map(toExecutionJson);
          if (context.isJson) writeJson(context, executions);
          else if (executions.length === 0) say(context, "Nothing ran yet.");
          else {
            const { out } = context.terminal;
            const wakes = new Map(rows.map((row) => [row.id, row.wake_at]));
            out.write(formatExecutionsTable(out, executions, context.clock.now(), wakes));
          }
          return EXIT.ok;
        } finally {
          await store.close();
        }
      }),
    );
};
