import { Argument } from "commander";
import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addAnswer: AddCommand = (program, act) => {
  program
    .command("answer")
    .argument("<id>", "The question; any unique beginning or end of its id")
    .addArgument(new Argument("<answer>", "Did it happen?").choices(["happened", "retry", "skip"]))
    .description("Say whether an interrupted call happened; nothing else can know")
    .option("--result <json>", "What the call gave, with `happened` (default: null)")
    .option("--note <text>", "How you know; kept in the record")
    .option("--no-continue", "Answer, and leave the execution to `hands up`")
    .addHelpText(
      "after",
      `${examples(`hands answer 5k2m9x7q happened --result '{"invoice":"A-17"}'`, "hands answer 5k2m9x7q retry", "hands answer 5k2m9x7q skip")}
  happened  the call is done, with the result that you give
  retry     it runs once more, under the same idempotency key
  skip      the hand is told that nobody knows
`,
    )
    .action(
      act(
        async (
          context,
          id: string,
          word: "happened" | "retry" | "skip",
          options: { result?: string; note?: string; continue: boolean },
        ) => {
          const { answer } = await import("../decide.ts");
          return await answer(context, id, word, options);
        },
      ),
    );
};
