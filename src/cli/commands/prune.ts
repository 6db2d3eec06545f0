import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addPrune: AddCommand = (program, act) => {
  program
    .command("prune")
    .description("Remove what [retention] of hands.toml lets go, now; a running `hands up` does it by itself")
    .option("--dry-run", "Only say what would go")
    .addHelpText("after", examples("hands prune --dry-run", "hands prune --json"))
    .action(
      act(async (context, options: { dryRun?: true }) => {
        const { prune } = await import("../prune.ts");
        return await prune(context, options.dryRun === true);
      }),
    );
};
