import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";
import { wholeNumber } from "../number-option.ts";

export const addSimulate: AddCommand = (program, act) => {
  program
    .command("simulate")
    .argument("[names...]", "Names of hands; without them, every scheduled hand")
    .description(
      "Say what would fire in the days to come, what would overlap and what it would cost; runs nothing",
    )
    .option("--days <n>", "How many days from now (default: 30)", wholeNumber(1, 366), 30)
    .option(
      "--duration <time>",
      "How long each run is taken to work, as in 5m (default: what past runs took)",
    )
    .addHelpText("after", examples("hands simulate", "hands simulate sentinel --days 7 --duration 6m --json"))
    .action(
      act(async (context, names: readonly string[], options: { days: number; duration?: string }) => {
        const { simulate } = await import("../simulate/simulate.ts");
        return await simulate(context, names, { days: options.days, duration: options.duration ?? null });
      }),
    );
};
