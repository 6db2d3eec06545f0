import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addValidate: AddCommand = (program, act) => {
  program
    .command("validate")
    .argument("[path]", "A folder of hands, one hand's folder, or a HAND.toml (default: the project's hands)")
    .description("Check hands, every problem at its place, without running their code")
    .option("--code", "Load the hands' code too, and check what only it can tell")
    .option("--strict", "Warnings count as errors")
    .addHelpText(
      "after",
      examples("hands validate", "hands validate hands/oracle --code", "hands validate --strict --json"),
    )
    .action(
      act(async (context, path: string | undefined, options: { code?: true; strict?: true }) => {
        const { validate } = await import("../validate.ts");
        return await validate(context, path, {
          withCode: options.code === true,
          isStrict: options.strict === true,
        });
      }),
    );
};
