import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addEnable: AddCommand = (program, act) => {
  program
    .command("enable")
    .argument("<name>", "Name of the hand")
    .description("Let a hand run that its manifest disables")
    .addHelpText("after", examples("hands enable sentinel"))
    .action(
      act(async (context, name: string) => {
        const { changeEnabled } = await import("../change-hands.ts");
        return await changeEnabled(context, name, true);
      }),
    );
};
