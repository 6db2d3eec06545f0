import { Argument } from "commander";
import type { AddCommand } from "../command-context.ts";
import { examples, say } from "../command-context.ts";
import type { Shell } from "../completion-scripts.ts";
import { COMPLETION_SCRIPTS, SHELLS } from "../completion-scripts.ts";
import { EXIT } from "../exit-codes.ts";

export const addCompletion: AddCommand = (program, act) => {
  program
    .command("completion")
    .addArgument(new Argument("<shell>", "Your shell").choices(SHELLS))
    .description("Print a script that completes commands, options and names of hands")
    .addHelpText(
      "after",
      examples(
        'eval "$(hands completion bash)"                                # in ~/.bashrc',
        'eval "$(hands completion zsh)"                                 # in ~/.zshrc, after compinit',
        "hands completion fish > ~/.config/fish/completions/hands.fish",
      ),
    )
    .action(
      act(async (context, shell: Shell) => {
        const { how, script } = COMPLETION_SCRIPTS[shell];
        context.terminal.out.write(script);
        if (context.terminal.out.isTerminal) say(context, how);
        return EXIT.ok;
      }),
    );
};
