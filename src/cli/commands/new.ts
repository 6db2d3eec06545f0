import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addNew: AddCommand = (program, act) => {
  program
    .command("new")
    .argument("<name>", "Name of the hand and its folder")
    .description("Make a hand that is valid at once: a script, or with --model one that a model decides for")
    .option("--model", "SYSTEM.md in place of hand.ts")
    .option("--description <text>", "What the hand is for")
    .option("--schedule <cron>", "When it fires; without it, only by hand")
    .addHelpText(
      "after",
      examples(
        "hands new watcher",
        'hands new briefing --model --schedule "0 7 * * 1-5" --description "The morning briefing"',
      ),
    )
    .action(
      act(
        async (context, name: string, options: { model?: true; description?: string; schedule?: string }) => {
          const { createHand } = await import("../create-hand.ts");
          return await createHand(context, name, {
            isModel: options.model === true,
            description: options.description ?? "What this hand is for, in one sentence",
            schedule: options.schedule ?? null,
          });
        },
      ),
    );
};
