import { Option } from "commander";
import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";
import { TEMPLATES } from "../templates/templates.ts";

export const addNew: AddCommand = (program, act) => {
  const names = Object.keys(TEMPLATES);
  program
    .command("new")
    .argument("<name>", "Name of the hand and its folder")
    .description("Make a hand that is valid and runs at once, from a template with comments")
    .addOption(new Option("--template <name>", "What to begin with").choices(names).default("script"))
    .option("--model", "The same as --template model")
    .option("--description <text>", "What the hand is for")
    .option("--schedule <cron>", "When it fires; without it, as the template has it")
    .addHelpText(
      "after",
      `
Templates:
${names.map((name) => `  ${name.padEnd(15)} ${TEMPLATES[name]?.title ?? ""}`).join("\n")}
${examples(
  "hands new watcher",
  "hands new news --template feed-watcher",
  'hands new briefing --model --schedule "0 7 * * 1-5" --description "The morning briefing"',
)}`,
    )
    .action(
      act(
        async (
          context,
          name: string,
          options: { template: string; model?: true; description?: string; schedule?: string },
        ) => {
          const { createHand } = await import("../create-hand.ts");
          return await createHand(context, name, {
            template: options.model === true ? "model" : options.template,
            description: options.description ?? null,
            schedule: options.schedule ?? null,
          });
        },
      ),
    );
};
