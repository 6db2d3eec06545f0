import type { AddCommand } from "../command-context.ts";
import { examples, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

export const addExplain: AddCommand = (program, act) => {
  program
    .command("explain")
    .argument("<name>", "Name of the hand")
    .description(
      "Say in words when a hand runs, what it may do alone, what it must ask for, what it can cost and reach",
    )
    .option("--code", "Load the code of tools/*.ts, to name its own tools too; runs none of them")
    .addHelpText("after", examples("hands explain sentinel", "hands explain sentinel --code --json"))
    .action(
      act(async (context, name: string, options: { code?: true }) => {
        const { readExplainedFacts } = await import("../explain/read-explained-facts.ts");
        const { explainHand } = await import("../../explain/index.ts");
        const facts = await readExplainedFacts(context, name, { withCode: options.code === true });
        const explanation = explainHand(facts);
        if (context.isJson) writeJson(context, explanation);
        else {
          const { formatExplanation } = await import("../explain/format-explanation.ts");
          context.terminal.out.write(formatExplanation(context.terminal.out, explanation));
        }
        return EXIT.ok;
      }),
    );
};
