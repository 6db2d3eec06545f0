import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addDisable: AddCommand = (program, act) => {
  program
    .command("disable")
    .argument("<name>", "Name of the hand")
    .description("Keep a hand from running, whatever its manifest says")
    .addHelpText("after", examples("hands disable sentinel"))
    .action(
      act(async (context, name: string) => {
        const { changeEnabled } = await import("../change-hands.ts");
        return await changeEnabled(context, name, false);
      }),
    );
};
