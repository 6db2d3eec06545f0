import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addPause: AddCommand = (program, act) => {
  program
    .command("pause")
    .argument("[name]", "Name of the hand")
    .description("Hold a hand's fires, resumed executions and automatic approvals, until `hands resume`")
    .option("--all", "Everything, of every hand")
    .option("--note <text>", "Why; shown wherever the pause is")
    .addHelpText(
      "after",
      examples('hands pause sentinel --note "disk is being replaced"', "hands pause --all"),
    )
    .action(
      act(async (context, name: string | undefined, options: { all?: true; note?: string }) => {
        const { changePause } = await import("../change-hands.ts");
        return await changePause(context, "pause", {
          name,
          isAll: options.all === true,
          note: options.note ?? null,
        });
      }),
    );
};
