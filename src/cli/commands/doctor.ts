import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addDoctor: AddCommand = (program, act) => {
  program
    .command("doctor")
    .description(
      "Look for what is missing: configuration, database, hands, model, channels, clock; asks the channels' platforms, sends nothing",
    )
    .addHelpText(
      "after",
      examples("hands doctor", "hands doctor --json | jq '.checks[] | select(.status != \"ok\")'"),
    )
    .action(
      act(async (context) => {
        const { examine } = await import("../examine.ts");
        return await examine(context);
      }),
    );
};
