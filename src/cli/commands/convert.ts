import { Option } from "commander";
import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addConvert: AddCommand = (program, act) => {
  program
    .command("convert")
    .argument("<path>", "A hand's folder, or the file of its manifest")
    .description("Write a hand of another format in the native one, and say what became of each key")
    .addOption(new Option("--to <format>", "The format to write").choices(["native"]).default("native"))
    .option(
      "--out <dir>",
      "Folder to write to (default: the hand's own, whose manifest is kept under another name)",
    )
    .option("--force", "Replace files that are there")
    .option("--dry-run", "Only say what would be written")
    .addHelpText(
      "after",
      examples(
        "hands convert hands/clip --dry-run",
        "hands convert hands/clip --to native --out hands-native/clip",
      ),
    )
    .action(
      act(async (context, path: string, options: { out?: string; force?: true; dryRun?: true }) => {
        const { convert } = await import("../convert.ts");
        return await convert(context, path, {
          out: options.out ?? null,
          isForced: options.force === true,
          isDry: options.dryRun === true,
        });
      }),
    );
};
