import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addDev: AddCommand = (program, act) => {
  program
    .command("dev")
    .argument("<name>", "Name of the hand")
    .description(
      "Watch a hand's folder: at each edit check it, run it against its recordings or dry, and show what is different",
    )
    .option("--live", "Really run it at each edit: with effects, gates and a record")
    .addHelpText(
      "after",
      `${examples("hands dev watcher", "hands dev watcher --live")}
Without --live nothing is changed: recordings need no model and no network, a dry run reads and asks the model. Ctrl-C ends it.
`,
    )
    .action(
      act(async (context, name: string, options: { live?: true }) => {
        const { developHand } = await import("../dev/develop-hand.ts");
        return await developHand(context, name, { isLive: options.live === true });
      }),
    );
};
