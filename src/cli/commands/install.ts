import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addInstall: AddCommand = (program, act) => {
  program
    .command("install")
    .argument(
      "<source>",
      "A folder, a .tar.gz, .tgz, .tar or .zip archive, or the address of a Git repository",
    )
    .description(
      "Install a hand from elsewhere: shows what it may do; nothing of it runs before `hands trust`",
    )
    .option("--folder <dir>", "The hand's folder in a package that holds several")
    .option("--yes", "Without asking")
    .addHelpText(
      "after",
      examples(
        "hands install downloads/oracle",
        "hands install oracle-1.2.0.tar.gz --yes",
        "hands install https://git.example.com/hands/oracle.git#v1.2.0 --folder hands/oracle",
      ),
    )
    .action(
      act(async (context, source: string, options: { folder?: string; yes?: true }) => {
        const { installFrom } = await import("../install.ts");
        return await installFrom(context, source, { folder: options.folder, isSure: options.yes === true });
      }),
    );
};
