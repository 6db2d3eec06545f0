import { Option } from "commander";
import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";
import type { ValidateFormat } from "../validate.ts";

interface ValidateFlags {
  readonly code?: true;
  readonly strict?: true;
  readonly fix?: true;
  readonly format?: ValidateFormat;
}

export const addValidate: AddCommand = (program, act) => {
  program
    .command("validate")
    .argument("[path]", "A folder of hands, one hand's folder, or a HAND.toml (default: the project's hands)")
    .description("Check hands, every problem at its place, without running their code")
    .option("--code", "Load the hands' code too, and check what only it can tell")
    .option("--strict", "Look closer, as docs/lint.md says, and count warnings as errors")
    .option("--fix", "Mend what is safe in HAND.toml, and show each line that changed")
    .addOption(
      new Option("--format <format>", "How problems are written").choices([
        "text",
        "json",
        "sarif",
        "github",
      ]),
    )
    .addHelpText(
      "after",
      examples(
        "hands validate",
        "hands validate hands/oracle --code",
        "hands validate --strict --fix",
        "hands validate --strict --format sarif",
      ),
    )
    .action(
      act(async (context, path: string | undefined, options: ValidateFlags) => {
        const { validate } = await import("../validate.ts");
        return await validate(context, path, {
          withCode: options.code === true,
          isStrict: options.strict === true,
          isFixing: options.fix === true,
          format: options.format ?? (context.isJson ? "json" : "text"),
        });
      }),
    );
};
