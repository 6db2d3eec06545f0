import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addResume: AddCommand = (program, act) => {
  program
    .command("resume")
    .argument("[name]", "Name of the hand")
    .description("End a pause; the fires of the paused time count as dealt with")
    .option("--all", "What `hands pause --all` paused")
    .option("--note <text>", "Why; kept in the record")
    .addHelpText("after", examples("hands resume sentinel", "hands resume --all"))
    .action(
      act(async (context, name: string | undefined, options: { all?: true; note?: string }) => {
        const { changePause } = await import("../change-hands.ts");
        return await changePause(context, "resume", {
          name,
          isAll: options.all === true,
          note: options.note ?? null,
        });
      }),
    );
};
