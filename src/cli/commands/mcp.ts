import type { AddCommand } from "../command-context.ts";
import { examples } from "../command-context.ts";

export const addMcp: AddCommand = (program, act) => {
  program
    .command("mcp")
    .description("Speak MCP on stdin and stdout: a model's program may look and start hands, never decide")
    .addHelpText("after", examples("hands mcp", "claude mcp add hands -- hands mcp"))
    .action(
      act(async (context) => {
        const { speakMcp } = await import("../speak-mcp.ts");
        return await speakMcp(context);
      }),
    );
};
