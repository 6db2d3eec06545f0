import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";
import { wholeNumber } from "../number-option.ts";

export const addNext: AddCommand = (program, act) => {
  program
    .command("next")
    .argument("[name]", "Name of the hand; without it, every scheduled hand")
    .description("Print when hands, or a cron expression, fire next")
    .option("--cron <expression>", "A cron expression in place of a hand")
    .option("--timezone <tz>", "IANA name of the expression's timezone (default: UTC)")
    .option("--from <iso>", "Instant to count from (default: now)")
    .option("--count <n>", "How many (default: 5)", wholeNumber(1, 1000), 5)
    .addHelpText(
      "after",
      examples(
        "hands next",
        "hands next sentinel --count 3",
        'hands next --cron "0 7 * * 1-5" --timezone Europe/Berlin',
        'hands next --cron "30 2 * * *" --from 2026-03-28T00:00:00Z --count 3 --json',
      ),
    )
    .action(
      act(
        async (
          context,
          name: string | undefined,
          options: { cron?: string; timezone?: string; from?: string; count: number },
        ) => {
          const { printNextFires } = await import("../print-next-fires.ts");
          return await printNextFires(context, { name, ...options });
        },
      ),
    );
};
