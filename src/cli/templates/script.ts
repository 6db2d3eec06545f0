import { renderHead } from "./render-head.ts";
import type { HandTemplate } from "./types.ts";

/** The smallest whole hand. */
export const scriptTemplate: HandTemplate = {
  title: "a script decides, with one tool that reads",
  description: "What this hand is for, in one sentence",
  schedule: null,
  render: (hand) => ({
    "HAND.toml": `${renderHead(hand)}
[tools]
required = ["system_stats"]   # docs/tools.md lists them all; files in tools/ are the hand's own

# What needs a human's approval. Every tool that changes something asks anyway, unless it is listed in \`unattended\`.
# [approval_gates]
# publish = { action = "broadcast", description = "Publish the output" }

[output]
format = "markdown"

[limits]
timeout = "5m"
`,
    "hand.ts": `import type { HandContext } from "hands";

/**
 * Runs each time the hand does; what it returns is the output. Every call of \`hand\` is journaled, so an interrupted run goes on where
 * it was. Take the time and chance from \`hand.now()\` and \`hand.random()\`, and put effects into tools.
 */
export default async function run(hand: HandContext): Promise<string> {
  const stats = await hand.tool("system_stats");
  hand.log.info("looked at this machine");
  return \`# ${hand.name}\\n\\nAt \${hand.now().toISOString()}:\\n\\n\${JSON.stringify(stats, null, 2)}\\n\`;
}
`,
  }),
};
