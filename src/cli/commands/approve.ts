import { Option } from "commander";
import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addApprove: AddCommand = (program, act) => {
  program
    .command("approve")
    .argument("<id>", "The approval; any unique beginning or end of its id")
    .description("Approve a request, exactly as it was shown or with other arguments")
    .option("--args <json>", "Arguments that may run instead, all of them")
    .option("--note <text>", "Why; kept in the record")
    .addOption(
      new Option("--remember <scope>", "Answer the same call again without asking").choices([
        "execution",
        "hand",
      ]),
    )
    .option("--until <iso>", "When a remembered answer for the hand ends (default: in 30 days)")
    .option("--no-continue", "Decide, and leave the execution to `hands up`")
    .addHelpText(
      "after",
      examples(
        "hands approve 5k2m9x7q",
        `hands approve 5k2m9x7q --args '{"amount":90}' --note "agreed with Ann"`,
        "hands approve 5k2m9x7q --remember hand --until 2026-12-31",
        "hands approve 5k2m9x7q --no-continue",
      ),
    )
    .action(
      act(
        async (
          context,
          id: string,
          options: {
            args?: string;
            note?: string;
            remember?: "execution" | "hand";
            until?: string;
            continue: boolean;
          },
        ) => {
          const { approve } = await import("../decide.ts");
          return await approve(context, id, options);
        },
      ),
    );
};
