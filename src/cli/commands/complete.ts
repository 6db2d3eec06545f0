import type { AddCommand } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

/** For the completion scripts: prints what the last of the words could become, one a line. */
export const addComplete: AddCommand = (program, act) => {
  program
    .command("__complete", { hidden: true })
    .argument("[words...]", "What is typed until the cursor")
    .action(
      act(async (context, words: readonly string[]) => {
        const { findCompletions } = await import("../find-completions.ts");
        for (const word of await findCompletions(context, program, words))
          context.terminal.out.write(`${word}\n`);
        return EXIT.ok;
      }),
    );
};
