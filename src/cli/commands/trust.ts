import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addTrust: AddCommand = (program, act) => {
  program
    .command("trust")
    .argument("<name>", "Name of the hand")
    .description("Let an installed hand run, exactly as its folder is now")
    .option("--yes", "Without asking")
    .addHelpText("after", examples("hands trust oracle"))
    .action(
      act(async (context, name: string, options: { yes?: true }) => {
        const { trust } = await import("../trust.ts");
        return await trust(context, name, options.yes === true);
      }),
    );
};
