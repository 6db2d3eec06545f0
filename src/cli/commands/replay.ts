import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addReplay: AddCommand = (program, act) => {
  program
    .command("replay")
    .argument("<execution>", "Any unique beginning or end of its id")
    .description("Run an ended execution again from its journal: no model, no network, no effect")
    .option("--current", "Against the hand's folder as it is now, instead of the version that ran")
    .option("--record [name]", "Keep it as a recording for `hands test`: a name, or a file")
    .addHelpText(
      "after",
      `${examples("hands replay 5k2m9x7q", "hands replay 5k2m9x7q --current", "hands replay 5k2m9x7q --record morning")}
Ends with 1 where the run differs, and shows the first step that does.
`,
    )
    .action(
      act(async (context, execution: string, options: { current?: true; record?: string | true }) => {
        const { replayOne } = await import("../replay-one.ts");
        return await replayOne(context, execution, {
          isCurrent: options.current === true,
          record: options.record ?? null,
        });
      }),
    );
};
