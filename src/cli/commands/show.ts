import type { AddCommand } from "../command-context.ts";
import { examples, say, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";

export const addShow: AddCommand = (program, act) => {
  program
    .command("show")
    .argument("<name>", "Name of the hand")
    .description("Show one hand: what it is, its gates, its next fires and its last executions")
    .addHelpText("after", examples("hands show sentinel", "hands show sentinel --json | jq .nextFires"))
    .action(
      act(async (context, name: string) => {
        const { readHandDetails } = await import("../read-hand-details.ts");
        const { formatHandDetails } = await import("../format-hand-details.ts");
        const { formatDiagnostic } = await import("../../manifest/index.ts");
        const details = await readHandDetails(context, name);
        if (context.isJson) {
          writeJson(context, details);
          return EXIT.ok;
        }
        context.terminal.out.write(formatHandDetails(context.terminal.out, details, context.clock.now()));
        const color = context.terminal.err.colors.isColorSupported;
        for (const problem of details.problems) say(context, formatDiagnostic(problem, { color }));
        return EXIT.ok;
      }),
    );
};
