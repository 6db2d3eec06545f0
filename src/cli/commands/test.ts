import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addTest: AddCommand = (program, act) => {
  program
    .command("test")
    .argument("[names...]", "Names of hands; all that have recordings")
    .description("Run hands against their recordings, with no model and no network")
    .option("--update", "Write recordings anew where their replies and results still fit")
    .option("--junit <file>", "Write a report as JUnit XML as well")
    .addHelpText(
      "after",
      `${examples("hands test", "hands test oracle --json", "hands test oracle --update")}
Make a recording with \`hands run NAME --record\`. Ends with 1 where a hand's behaviour changed.
`,
    )
    .action(
      act(async (context, names: readonly string[], options: { update?: true; junit?: string }) => {
        const { testHands } = await import("../test-hands.ts");
        return await testHands(context, names, {
          update: options.update === true,
          junit: options.junit ?? null,
        });
      }),
    );
};
