import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export const addRun: AddCommand = (program, act) => {
  program
    .command("run")
    .argument("<name>", "Name of the hand")
    .description("Run a hand now, in this process, and follow it; gates can be answered right here")
    .option("--input <json>", "What the hand gets as its input")
    .option("--param <key=value>", "A parameter over the manifest's (repeatable)", collect, [])
    .option(
      "--dry-run",
      "Do what reads; show what would change something, with its gate, and do nothing of it",
    )
    .option("--record [name]", "Keep it as a recording for `hands test`: a name, or a file")
    .addHelpText(
      "after",
      `${examples("hands run sentinel", "hands run oracle --param lookback_hours=6", "hands run payer --dry-run", `hands run sentinel --input '{"propose":true}' --json`)}
Without a terminal, or with --json, it does not wait for humans: it ends with 6 and names the approval.
Ctrl-C cancels the execution; a second one ends the process at once.
`,
    )
    .action(
      act(
        async (
          context,
          name: string,
          options: {
            input?: string;
            param: readonly string[];
            record?: string | true;
            dryRun?: true;
          },
        ) => {
          const { runHand } = await import("../run-hand.ts");
          return await runHand(context, name, { ...options, isDryRun: options.dryRun === true });
        },
      ),
    );
};
