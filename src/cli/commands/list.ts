import type { AddCommand } from "../command-context.ts";
import { examples, say, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

export const addList: AddCommand = (program, act) => {
  program
    .command("list")
    .alias("ls")
    .description("List the hands, broken ones too")
    .addHelpText("after", examples("hands list", "hands list --json | jq '.[].name'"))
    .action(
      act(async (context) => {
        const { readHands } = await import("../read-hands.ts");
        const { hands, strays, budgets } = await readHands(context);
        if (context.isJson) {
          writeJson(context, hands);
          return EXIT.ok;
        }
        const { formatDiagnostic } = await import("../../manifest/index.ts");
        const { formatHandsTable } = await import("../format-hands.ts");
        const color = context.terminal.err.colors.isColorSupported;
        if (hands.length === 0) say(context, "There are no hands here yet. `hands new NAME` makes one.");
        else context.terminal.out.write(formatHandsTable(context.terminal.out, hands, context.clock.now()));
        for (const problem of [...hands.flatMap(({ problems }) => problems), ...strays]) {
          if (problem.severity === "error" || strays.includes(problem))
            say(context, formatDiagnostic(problem, { color }));
        }
        const { formatBudget, isNearlySpent } = await import("../budget-record.ts");
        for (const budget of budgets.filter(isNearlySpent)) {
          const { colors } = context.terminal.err;
          say(context, `Budget: ${formatBudget(colors, budget, context.clock.now())}`);
        }
        const isWaiting = hands.some(
          ({ schedule, status, nextRunAt }) => schedule !== null && status === "idle" && nextRunAt === null,
        );
        if (isWaiting)
          say(context, "What has a schedule fires only while `hands up` runs; `hands next` shows when.");
        return EXIT.ok;
      }),
    );
};
