import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addUninstall: AddCommand = (program, act) => {
  program
    .command("uninstall")
    .argument("<name>", "Name of the hand")
    .description("Remove an installed hand's folder; its history stays")
    .addHelpText("after", examples("hands uninstall oracle"))
    .action(
      act(async (context, name: string) => {
        const { uninstall } = await import("../uninstall.ts");
        return await uninstall(context, name);
      }),
    );
};
