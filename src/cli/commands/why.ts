import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addWhy: AddCommand = (program, act) => {
  program
    .command("why")
    .argument("<subject>", "Name of a hand, or an execution's id")
    .description(
      "Say why an execution ran or did not, why it waits and who decided; of a hand, what keeps it from running",
    )
    .addHelpText("after", examples("hands why sentinel", "hands why 3f9c2a1b --json"))
    .action(
      act(async (context, subject: string) => {
        const { why } = await import("../why/why.ts");
        return await why(context, subject);
      }),
    );
};
