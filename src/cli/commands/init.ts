import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addInit: AddCommand = (program, act) => {
  program
    .command("init")
    .description("Make this folder a project: hands.toml, a first hand, .gitignore; overwrites nothing")
    .option("--yes", "Ask nothing and take the defaults")
    .addHelpText("after", examples("hands init", "hands init --yes"))
    .action(
      act(async (context, options: { yes?: true }) => {
        const { initProject } = await import("../init-project.ts");
        return await initProject(context, options.yes === true);
      }),
    );
};
