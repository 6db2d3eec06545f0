import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addReject: AddCommand = (program, act) => {
  program
    .command("reject")
    .argument("<id>", "The approval; any unique beginning or end of its id")
    .description("Reject a request; the hand is told the reason and goes on without it")
    .option("--note <text>", "Why; the hand is told")
    .option("--no-continue", "Decide, and leave the execution to `hands up`")
    .addHelpText("after", examples('hands reject 5k2m9x7q --note "too expensive"'))
    .action(
      act(async (context, id: string, options: { note?: string; continue: boolean }) => {
        const { reject } = await import("../decide.ts");
        return await reject(context, id, options);
      }),
    );
};
