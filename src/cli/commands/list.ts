import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addList: AddCommand = (program, act) => {
  program
    .command("list")
    .alias("ls")
    .description("List the hands, broken ones too")
    .addHelpText("after", examples("hands list", "hands list --json | jq '.[].name'"))
    .action(
      act(async (context) => {
        const { listHands } = await import("../list-hands.ts");
        return await listHands(context);
      }),
    );
};
