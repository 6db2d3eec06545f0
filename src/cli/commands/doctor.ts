import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addDoctor: AddCommand = (program, act) => {
  program
    .command("doctor")
    .description(
      "Look for what is missing, and say how to mend it: keys, model, channels, MCP servers, sandbox, programs, database, disk, ports, clock; sends nothing",
    )
    .option("--offline", "Ask nobody else: no model's server, no channel's platform, no MCP server")
    .addHelpText(
      "after",
      examples("hands doctor", "hands doctor --json | jq '.checks[] | select(.status != \"ok\")'"),
    )
    .action(
      act(async (context, options: { offline?: true }) => {
        const { examine } = await import("../examine.ts");
        return await examine(context, { isOffline: options.offline === true });
      }),
    );
};
